import Glibc
import OperationVectors

// parley-vectors FOLDER: writes the vector files of operations there.

guard CommandLine.arguments.count == 2 else {
    print("usage: parley-vectors FOLDER")
    exit(2)
}
do {
    for file in try VectorFile.all() {
        let path = CommandLine.arguments[1] + "/" + file.name
        guard let stream = fopen(path, "w") else {
            print("parley-vectors: can't write \(path)")
            exit(1)
        }
        let text = Array(file.text.utf8)
        guard fwrite(text, 1, text.count, stream) == text.count, fclose(stream) == 0 else {
            print("parley-vectors: can't write \(path)")
            exit(1)
        }
        print(path, text.count)
    }
} catch {
    print("parley-vectors: \(error)")
    exit(1)
}
