"""A service that gives one answer to every request, or none: what tests of faults and redirects talk to.

Usage: mock_service.py ANSWER LOG. ANSWER is a file of JSON: {"status": ..., "headers": {...}, "body": "..."}
or {"silent": true}, or {"until_changed": true}, which leaves a request without an answer until the file has
another one, or {"paths": {"/path": <one of these>, ...}}. With "refuses": ["Bearer ..."] those get a 401
instead, with the headers of "refusal". It is read anew for each request. Into LOG go the port, and four
lines for each request that came in whole: its method, its Authorization, its body, with \\n for a line end,
and its operation. The service ends with its standard input, that is, with whoever started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

answer_file, log_file = sys.argv[1:]


def log(line: str) -> None:
    with open(log_file, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def said(path: str) -> dict:
    while True:
        try:
            with open(answer_file, encoding="utf-8") as file:
                answer = json.load(file)
        except ValueError:  # it is being written
            continue
        return answer.get("paths", {}).get(path, answer)


class Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        log(f"method {self.command}")
        log(f"authorization {self.headers.get('Authorization', '')}")
        log("body " + body.decode().replace("\r\n", "\n").replace("\n", "\\n"))
        log(f"request {self.headers.get('X-Amz-Target', '')}")
        answer = said(self.path)
        while answer.get("until_changed"):
            time.sleep(0.02)
            answer = said(self.path)
        while answer.get("silent"):
            time.sleep(3600)
        if self.headers.get("Authorization") in answer.get("refuses", []):
            answer = {"status": 401, "body": "", "headers": answer.get("refusal", {})}
        answer_body = answer["body"].encode()
        self.send_response(answer["status"])
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer_body)))
        self.end_headers()
        self.wfile.write(answer_body)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


def end_with_standard_input() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=end_with_standard_input, daemon=True).start()
log(f"port {server.server_address[1]}")
server.serve_forever()
