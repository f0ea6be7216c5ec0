"""What must never happen while a reader turns our pages, whatever a test is about."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  const { violatedDirective, blockedURI, sourceFile } = event;
  console.error(`Content-Security-Policy: ${violatedDirective} forbids ${blockedURI} in ${sourceFile}`);
});
"""


class Watch:
    """Errors in the console, in scripts and in what the content security policy forbids, and calls to other hosts."""

    def __init__(self, home: str) -> None:
        self.host = urlsplit(home).netloc
        self.problems: list[str] = []
        self._expected: set[str] = set()
        self._hosts = {self.host}

    def follow(self, context: BrowserContext) -> None:
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def expect_status(self, status: int) -> None:
        """Chromium writes an error into its console for every answer from 400 up, an error page's own included."""
        self._expected.add(f"responded with a status of {status} ")

    def expect_host(self, host: str) -> None:
        """Some other site that a reader went to, by a link or a form; our pages load nothing from it."""
        self._hosts.add(host)

    def expect_abort(self) -> None:
        """htmx writes two when it gives up a request for a newer one, as it was told to."""
        self._expected |= {"htmx:sendAbort", "htmx:afterRequest"}

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in self._expected):
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc not in self._hosts:
            self.problems.append(f"another host: {request.url}")
