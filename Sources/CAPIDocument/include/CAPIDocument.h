// Spec/api/openapi.json, embedded byte for byte: what a node serves is what is written there.
#ifndef PARLEY_CAPIDOCUMENT_H
#define PARLEY_CAPIDOCUMENT_H

#include <stddef.h>

/// Its first byte.
const unsigned char *api_document(void);

size_t api_document_size(void);

#endif
