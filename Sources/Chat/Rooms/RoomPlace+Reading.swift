import Operations
package import SQLite
package import Store

extension RoomPlace {
    /// As the read models say, for those who look before they ask the writer, who has the last word.
    package init(of person: PersonNumber, in room: RoomNumber, on connection: Connection) throws(SQLiteError) {
        self =
            switch try MembershipTable.standing(of: person, in: room, on: connection) {
            case nil: .outsider
            case .direct?: .direct
            case .member(.member)?: .member
            case .member(.admin)?: .admin
            }
    }
}
