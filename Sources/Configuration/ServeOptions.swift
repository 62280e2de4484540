/// The options of `parley serve`.
enum ServeOptions {
    static let all: [Option] = network + people + mail + running

    private static let network = [
        Option(
            "listen", "ADDRESS", .endpoint(takesNames: false), repeatable: true, preset: "127.0.0.1:8080",
            "where to accept connections: HOST:PORT, [V6]:PORT or unix:PATH; port 0 chooses one and prints it"),
        Option(
            "public-url", "URL", .url,
            "how people and other nodes reach this one; without it, links name the host that was asked"),
        Option(
            "trusted-proxy", "RANGE", .network, repeatable: true,
            "ADDRESS/BITS of a reverse proxy whose X-Forwarded-For is believed; a Unix socket's always is"),
        Option("allow-origin", "URL", .url, repeatable: true, "a web client elsewhere that may use the API"),
        Option(
            "allow-private-addresses", "", .toggle, "let push endpoints and peers lie in private address ranges"),
        Option(
            "rate-limits", "LIMITS", .text, preset: "on",
            "on, off (for load tests only), or figures for single kinds such as login=10/1m"),
    ]

    private static let people = [
        Option("name", "NAME", .text, "the organisation's name, such as north.example"),
        Option(
            "registration", "MODE", .choice(["open", "invite", "closed"]), preset: "invite",
            "who may make an account: open, invite or closed"),
        Option(
            "directory", "MODE", .choice(["all", "shared"]), preset: "all",
            "whom peers are told of: all people here, or only those in shared rooms"),
        Option("require-sealed", "", .toggle, "take from peers only what is sealed to this node's key"),
        Option(
            "max-upload", "SIZE", .size(1...1 << 40), preset: "64M", "the largest attachment, such as 512K, 64M or 1G"),
        Option(
            "max-fetch", "SIZE", .size(1...1 << 40),
            "the largest attachment that is taken from peers, if it is not as --max-upload"),
        Option(
            "peer-storage", "SIZE", .size(0...1 << 50), preset: "10G",
            "how much is kept of what one other node wrote, files included; 0: no bound"),
    ]

    private static let mail = [
        Option(
            "smtp", "HOST:PORT", .endpoint(takesNames: true),
            "the mail relay, spoken to in plain SMTP: on this machine or a private link"),
        Option("sendmail", "PATH", .text, "the program to hand mail to, instead of a relay"),
        Option("mail-from", "ADDRESS", .text, "the sender of mail"),
        Option(
            "email-delay", "TIME", .duration(0...604_800_000), preset: "15m",
            "how long a notification may stay unread before it is mailed"),
    ]

    private static let running = [
        Option(
            "log-format", "FORMAT", .choice(["text", "json"]), preset: "text", "how the log is written: text or json"),
        Option(
            "log-level", "LEVEL", .choice(["debug", "info", "warning", "error"]), preset: "info",
            "the least that is logged: debug, info, warning or error"),
        Option("metrics-open", "", .toggle, "let everybody read /metrics, without a token"),
    ]
}
