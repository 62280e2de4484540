#include "CAPIDocument.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char document[] = {
#embed "../../Spec/api/openapi.json"
};

const unsigned char *api_document(void) { return document; }

size_t api_document_size(void) { return sizeof document; }
