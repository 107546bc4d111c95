#!/usr/bin/env python3
"""The host's side of a guest: its agent and QEMU's monitor, over their Unix sockets.

  guest.py run SOCKET SECONDS COMMAND      runs a command in the guest; its output, its exit code; 124 if it took too long
  guest.py put SOCKET SECONDS PATH [FILE]  writes a file into the guest, from a file or standard input
  guest.py qmp SOCKET SECONDS COMMAND...   gives the monitor commands (JSON), prints what each returns
  guest.py save SOCKET SECONDS FILE        stops the guest, writes its state to a file, ends QEMU
  guest.py resume SOCKET SECONDS           lets a guest go on that was started from such a file, once that is loaded
"""
import json
import os
import socket
import sys
import time

UNREACHED = 125
LATE = 124


class Peer:
    def __init__(self, path, seconds):
        self.end = time.monotonic() + seconds
        self.held = bytearray()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.bound()
        self.socket.connect(path)

    def bound(self):
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)

    def fill(self):
        self.bound()
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the connection was closed")
        self.held += data

    def line(self):
        while b"\n" not in self.held:
            self.fill()
        end = self.held.index(b"\n") + 1
        line = bytes(self.held[:end])
        del self.held[:end]
        return json.loads(line)

    def take(self, size):
        while len(self.held) < size:
            self.fill()
        data = bytes(self.held[:size])
        del self.held[:size]
        return data

    def send(self, head, data=b""):
        self.bound()
        self.socket.sendall(json.dumps(head).encode() + b"\n" + data)


def ask_agent(path, seconds, request, data=b""):
    # The agent ends a command that is late; this side waits a little longer for its word.
    peer = Peer(path, seconds + 5)
    request["id"] = "%d.%d" % (os.getpid(), time.monotonic_ns())
    peer.send(request, data)
    while True:
        answer = peer.line()
        output = peer.take(answer.get("size", 0))
        if answer["id"] != request["id"]:
            continue
        if "exit" in answer:
            return answer["exit"]
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()


class Monitor(Peer):
    def __init__(self, path, seconds):
        super().__init__(path, seconds)
        self.line()
        self.ask({"execute": "qmp_capabilities"})

    def ask(self, command):
        self.send(command)
        answer = self.line()
        while "event" in answer:
            answer = self.line()
        if "error" in answer:
            raise RuntimeError("%s: %s" % (command["execute"], answer["error"]["desc"]))
        return answer["return"]

    def until(self, command, done):
        status = self.ask({"execute": command}).get("status", "")
        while not done(status):
            time.sleep(0.02)
            self.bound()
            status = self.ask({"execute": command}).get("status", "")
        return status


def ask_monitor(path, seconds, commands):
    monitor = Monitor(path, seconds)
    for command in commands:
        print(json.dumps(monitor.ask(json.loads(command))))
    return 0


def save(path, seconds, file):
    monitor = Monitor(path, seconds)
    monitor.ask({"execute": "stop"})
    monitor.ask({"execute": "migrate-set-parameters", "arguments": {"max-bandwidth": 1 << 40}})
    monitor.ask({"execute": "migrate", "arguments": {"uri": "file:" + file}})
    if monitor.until("query-migrate", lambda status: status in ("completed", "failed")) == "failed":
        raise RuntimeError("the guest's state could not be saved")
    monitor.ask({"execute": "quit"})
    return 0


def resume(path, seconds):
    monitor = Monitor(path, seconds)
    monitor.until("query-status", lambda status: status != "inmigrate")
    monitor.ask({"execute": "cont"})
    return 0


def main():
    what, path, seconds, rest = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4:]
    try:
        if what == "run":
            return ask_agent(path, seconds, {"run": rest[0], "timeout": seconds})
        if what == "put":
            source = rest[1] if len(rest) > 1 else "/dev/stdin"
            with open(source, "rb") as f:
                data = f.read()
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
            return ask_agent(path, seconds, {"put": rest[0], "mode": mode, "size": len(data)}, data)
        if what == "save":
            return save(path, seconds, rest[0])
        if what == "resume":
            return resume(path, seconds)
        return ask_monitor(path, seconds, rest)
    except RuntimeError as e:
        print("guest: %s" % e, file=sys.stderr)
        return 1
    except TimeoutError:
        print("guest: no answer within %g s" % seconds, file=sys.stderr)
        return LATE
    except OSError as e:
        print("guest: %s: %s" % (path, e), file=sys.stderr)
        return UNREACHED


sys.exit(main())
