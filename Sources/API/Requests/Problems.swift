/// Gathers what is wrong with the fields of one request, so that all are named at once.
package final class Problems {
    private var found: [FieldProblem] = []

    package func add(_ field: String, _ text: String) {
        found.append(FieldProblem(field, text))
    }

    package func throwIfAny() throws(APIFault) {
        if !found.isEmpty { throw .invalid(found) }
    }
}
