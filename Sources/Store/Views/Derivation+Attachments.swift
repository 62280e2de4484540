import Operations
import Replica
import SQLite

extension Derivation {
    mutating func set(
        attachments files: [Attachment], of message: Message, _ spot: MessageSpot, _ sender: PersonNumber,
        in transaction: borrowing Transaction
    ) throws {
        let files = RoomRecount.files(files, of: message, by: sender.value)
        unreferred += try AttachmentRows.set(files, of: spot, in: number, in: transaction)
    }
}
