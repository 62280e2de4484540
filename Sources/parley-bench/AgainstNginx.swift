import EventLoop
import Glibc

/// Starts nginx and parley-echo, which answer `GET /` with the same few bytes, and compares them.
struct AgainstNginx {
    let nginx: String?
    let echo: String?
    let threads: Int
    let rounds: Int
    let plan: LoadPlan

    func run() throws {
        guard let nginx = nginx ?? Self.found("nginx") else {
            throw ArgumentFault("there is no nginx here; install it (apt install nginx-light) or name it with --nginx")
        }
        guard let echo = echo ?? Self.found("parley-echo") else {
            throw ArgumentFault("there is no parley-echo beside this program; build it or name it with --echo")
        }
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        // Nobody else has it at this moment; nginx can't be asked which port it was given.
        let address = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0].address
        try directory.write(configuration(address), to: "nginx.conf")

        Signals.prepare()
        let theirs = try ChildProcess(nginx, ["-p", directory.path, "-c", "\(directory.path)/nginx.conf"])
        defer { theirs.end() }
        let ours = try ChildProcess(
            echo, ["--listen", "127.0.0.1:0", "--threads", "\(threads)"], readsOutput: true)
        defer { ours.end() }
        // Ctrl-C leaves neither of them behind, nor the directory.
        _ = try Thread(name: "signals") {
            Signals.waitForEnd()
            theirs.end()
            ours.end()
            directory.remove()
            exit(130)
        }
        try Self.awaitListener(at: address, of: theirs)
        let echoTarget = try Self.awaitReady(ours)
        let nginxTarget = try Target("http://\(address)/")
        guard let nginxProcess = ObservedProcess(theirs.pid, label: "nginx"),
            let echoProcess = ObservedProcess(ours.pid, label: "parley-echo")
        else { throw LoadFailed(description: "a server ended as soon as it had begun") }

        Console.say(
            "\(threads) nginx workers and \(threads) parley-echo loops, \(plan.connections) connections kept alive, "
                + "GET / answered with 12 bytes, \(rounds) rounds in turns")
        try Comparison(
            contenders: [
                .init(label: "nginx", target: nginxTarget, process: nginxProcess),
                .init(label: "parley-echo", target: echoTarget, process: echoProcess),
            ], rounds: rounds, plan: plan
        ).run()
    }

    private func configuration(_ address: SocketAddress) -> String {
        """
        daemon off;
        worker_processes \(threads);
        pid nginx.pid;
        error_log stderr error;
        events { worker_connections 4096; }
        http {
            access_log off;
            keepalive_timeout 3600s;
            keepalive_requests 4000000000;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                listen \(address) reuseport;
                location / {
                    default_type text/plain;
                    return 200 "parley-echo\\n";
                }
            }
        }

        """
    }

    /// Beside this program, or where programs usually are.
    private static func found(_ name: String) -> String? {
        let own = ProcessFile.link("/proc/self/exe") ?? ""
        let beside = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let directories = [beside] + path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static func awaitListener(at address: SocketAddress, of process: ChildProcess) throws {
        for _ in 0..<500 {
            if let port = address.port, !ListenerSearch.inodes(listeningAt: port).isEmpty { return }
            usleep(10_000)
        }
        throw LoadFailed(description: "nginx does not listen on \(address)")
    }

    /// `parley-echo: ready on http://127.0.0.1:PORT`.
    private static func awaitReady(_ process: ChildProcess) throws -> Target {
        guard let line = process.line(within: 5_000), let url = line.split(separator: " ").last else {
            throw LoadFailed(description: "parley-echo does not say that it is ready")
        }
        return try Target("\(url)/")
    }
}
