//! The real binary as a child process. Its environment is clean, its home is a folder of its own,
//! and it does not outlive the test.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tempfile::TempDir;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::{Endpoint, within};

/// The binary, not yet started.
pub(crate) struct Binary {
    command: Command,
    home: TempDir,
    reads_stderr: bool,
}

/// The binary, started.
pub(crate) struct Running {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<BufReader<ChildStdout>>,
    stderr: Log,
    child: Child,
    /// Goes when the child is gone.
    home: TempDir,
}

/// How the binary ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary, serving HTTP.
pub(crate) struct Server {
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    running: Running,
    client: reqwest::Client,
}

/// What a child writes, read as it comes so that the child never waits for its reader.
struct Log(JoinHandle<String>);

impl Binary {
    /// `unkey-mcp` with these arguments.
    pub(crate) fn new<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Self {
        Self::at_home(tempfile::tempdir().unwrap(), arguments)
    }

    fn at_home<A: AsRef<OsStr>>(home: TempDir, arguments: impl IntoIterator<Item = A>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unkey-mcp"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", home.path())
            .env("USERPROFILE", home.path())
            .current_dir(home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Windows opens no socket without it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        Self {
            command,
            home,
            reads_stderr: true,
        }
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Writes a file below the home folder, which is also the working folder.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Its home folder, which is also the working folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Gives it a stderr that is never read and stays open.
    pub(crate) fn unread_stderr(mut self) -> Self {
        self.reads_stderr = false;
        self
    }

    /// The same in another working folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The same as a user who may do nothing special. Who runs the tests may be one already.
    #[cfg(unix)]
    pub(crate) fn for_nobody(mut self) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        if rustix::process::geteuid().is_root() {
            let everyone = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(self.home.path(), everyone).unwrap();
            self.command.uid(65_534).gid(65_534);
        }
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        Running {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().map(BufReader::new),
            stderr: Log::of(child.stderr.take().unwrap(), self.reads_stderr),
            child,
            home: self.home,
        }
    }

    /// Starts it with `input` on stdin, and waits for its end.
    pub(crate) async fn run(self, input: &str) -> Ended {
        let mut running = self.start();
        let mut stdin = running.stdin.take().unwrap();
        // It may have ended before it read anything.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        running.end().await
    }

    /// Starts `serve` on a free port, and returns where its metrics are as well.
    pub(crate) async fn serve_with_metrics(self) -> (Server, String) {
        let mut server = self.serve().await;
        let stdout = server.running.stdout.as_mut().unwrap();
        loop {
            let mut line = String::new();
            let read = within("the banner", stdout.read_line(&mut line)).await;
            assert!(read.unwrap() > 0, "no metrics in the banner");
            if let Some(address) = line.trim().strip_prefix("Metrics") {
                return (server, address.trim().to_owned());
            }
        }
    }

    /// Starts `serve` on a free port, and waits until it listens.
    pub(crate) async fn serve(self) -> Server {
        let mut running = self.arg("--bind=127.0.0.1:0").start();
        let mut stdout = running.stdout.take().unwrap();
        let url = loop {
            let mut line = String::new();
            let read = within("the banner", stdout.read_line(&mut line)).await;
            if read.unwrap() == 0 {
                let ended = running.end().await;
                panic!("it did not start: {ended:?}");
            }
            if let Some((_, address)) = line.split_once("http://") {
                break format!("http://{}", address.split('/').next().unwrap());
            }
        };
        running.stdout = Some(stdout);
        let client = client();
        Server {
            url,
            running,
            client,
        }
    }
}

impl Running {
    /// The process's id.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Closes stdin and waits for the end.
    pub(crate) async fn end(mut self) -> Ended {
        drop(self.stdin.take());
        let mut stdout = String::new();
        if let Some(mut rest) = self.stdout.take() {
            within("stdout", rest.read_to_string(&mut stdout))
                .await
                .unwrap();
        }
        let status = within("the end", self.child.wait()).await.unwrap();
        let stderr = within("stderr", self.stderr.0).await.unwrap();
        Ended {
            status,
            stdout,
            stderr,
        }
    }

    /// Stops reading its stdout.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// How much memory it holds.
    #[cfg(target_os = "linux")]
    pub(super) fn resident_kib(&self) -> usize {
        let path = format!("/proc/{}/status", self.child.id().unwrap());
        let status = std::fs::read_to_string(path).unwrap();
        let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        size.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap()
    }

    /// Tells it to stop, as a service manager does.
    #[cfg(unix)]
    pub(crate) async fn terminate(&self) {
        self.signal("-TERM").await;
    }

    #[cfg(unix)]
    pub(super) async fn signal(&self, signal: &str) {
        let id = self.child.id().unwrap().to_string();
        let told = Command::new("kill").arg(signal).arg(id).status();
        assert!(within("kill", told).await.unwrap().success());
    }

    /// Tells it to stop twice. Signals that come together count once, so there is time in between.
    #[cfg(unix)]
    pub(crate) async fn terminate_twice(&self) {
        self.terminate().await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        self.terminate().await;
    }
}

impl Server {
    /// The endpoint at `path`, for a client that speaks the newest protocol.
    pub(crate) fn at(&self, path: &str) -> Endpoint {
        Endpoint::new(self.client.clone(), format!("{}{path}", self.url))
    }

    /// The process's id.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    /// The endpoint with all tools.
    pub(crate) fn mcp(&self) -> Endpoint {
        self.at("/mcp/v2")
    }

    /// Its home folder, which is also the working folder.
    pub(crate) fn home(&self) -> &Path {
        self.running.home.path()
    }

    /// Kills it as it stands, and serves again from the same home folder.
    pub(crate) async fn kill_and_restart<A: AsRef<OsStr>>(
        self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let Running {
            mut child, home, ..
        } = self.running;
        within("the kill", child.kill()).await.unwrap();
        Binary::at_home(home, arguments).serve().await
    }

    /// A plain request to `path`.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A connection on which these bytes were sent.
    pub(crate) async fn connect(&self, bytes: impl AsRef<[u8]>) -> TcpStream {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut socket = within("a connection", TcpStream::connect(address))
            .await
            .unwrap();
        socket.write_all(bytes.as_ref()).await.unwrap();
        socket
    }

    /// Sends bytes as they are, and reads until the server closes the connection.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut socket = self.connect(request).await;
        let mut answer = String::new();
        let read = within("the answer's end", socket.read_to_string(&mut answer)).await;
        read.unwrap();
        answer
    }

    /// Tells it to open its files anew, as log rotation does.
    #[cfg(unix)]
    pub(crate) async fn hang_up(&self) {
        self.running.signal("-HUP").await;
    }

    /// Tells it to stop.
    #[cfg(unix)]
    pub(crate) async fn terminate(&self) {
        self.running.terminate().await;
    }

    /// Waits for its end.
    pub(crate) async fn ended(self) -> Ended {
        self.running.end().await
    }

    /// Tells it to stop, and waits for its end.
    #[cfg(unix)]
    pub(crate) async fn stop(self) -> Ended {
        self.terminate().await;
        self.ended().await
    }

    /// Tells it twice to stop, and waits for its end.
    #[cfg(unix)]
    pub(crate) async fn stop_at_once(self) -> Ended {
        self.running.terminate_twice().await;
        self.running.end().await
    }
}

impl Log {
    fn of(mut stream: impl AsyncRead + Unpin + Send + 'static, read: bool) -> Self {
        Self(tokio::spawn(async move {
            let mut text = String::new();
            if !read {
                // Long enough for whatever a test does meanwhile.
                tokio::time::sleep(super::LIMIT / 2).await;
            }
            stream.read_to_string(&mut text).await.unwrap();
            text
        }))
    }
}

/// An HTTP client that knows no proxy and no certificates: all it meets is on this machine.
fn client() -> reqwest::Client {
    // An error says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap()
}
