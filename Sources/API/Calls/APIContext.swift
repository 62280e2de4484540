package import Chat
import Configuration
package import Log
package import SQLite

/// What all threads that answer requests share.
package final class APIContext: Sendable {
    package let settings: APISettings
    package let writer: Writer<ChatState>
    package let databasePath: String
    /// Who is let in by which token. Whoever hears what was committed makes it forget the sessions that have ended.
    package let sessions: SessionCache
    package let tickets = TicketBook()
    package let workers: Workers
    package let log: Log
    package let parts: NodeParts
    package let realTime: RealTime
    package let files: FileThreads
    let rates: Rates
    /// Nil where nothing is limited.
    let accountLimits: AccountLimits?
    let origins: Origins

    package init(
        _ settings: APISettings, writer: Writer<ChatState>, databaseAt path: String, sessions: SessionCache,
        workers: Workers, log: Log, parts: NodeParts, realTime: RealTime, files: FileThreads
    ) {
        self.settings = settings
        self.writer = writer
        databasePath = path
        self.sessions = sessions
        self.workers = workers
        self.log = log
        self.parts = parts
        self.realTime = realTime
        self.files = files
        rates = Rates(settings.rates)
        accountLimits = settings.rates.accounts.map { AccountLimits($0) }
        origins = Origins(allowed: settings.allowedOrigins, own: settings.publicURL?.description)
    }
}
