#!/usr/bin/env python3
"""Sends an echo request of every payload size from FROM to TO, in steps, and compares each answer's bytes with what was sent.

  icmp-sweep.py ADDRESS FROM TO STEP     exit code 0 if all came back as they went out
"""
import os
import select
import socket
import struct
import sys
import time

# No more: Linux answers from one socket, whose buffer holds a dozen large replies; it drops the others before the driver sees them.
WINDOW = 6
TRIES = 3
PATIENCE = 1.0


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


class Sweep:
    def __init__(self, address):
        self.six = ":" in address
        self.request, self.reply = (128, 129) if self.six else (8, 0)
        family = socket.AF_INET6 if self.six else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMPV6 if self.six else socket.IPPROTO_ICMP)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        if not self.six:
            self.socket.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO: nothing is to be fragmented
        self.socket.connect((address, 0))
        self.socket.setblocking(False)
        self.id = os.getpid() & 0xffff
        self.payload = os.urandom(65536)
        self.waiting = {}

    def send(self, size, tries):
        head = struct.pack("!BBHHH", self.request, 0, 0, self.id, size)
        data = self.payload[size:size + size]
        if not self.six:
            head = struct.pack("!BBHHH", self.request, 0, checksum(head + data), self.id, size)
        self.socket.send(head + data)
        self.waiting[size] = (time.monotonic(), tries)

    def receive(self):
        """Takes an answer; the size whose bytes were wrong, or None."""
        packet = self.socket.recv(65536)
        message = packet if self.six else packet[(packet[0] & 15) * 4:]
        kind, _, _, identity, size = struct.unpack_from("!BBHHH", message)
        if kind != self.reply or identity != self.id or size not in self.waiting:
            return None
        del self.waiting[size]
        return None if message[8:] == self.payload[size:size + size] else size

    def run(self, sizes):
        bad, lost, again = [], [], []
        sizes = list(reversed(sizes))
        while sizes or self.waiting:
            while sizes and len(self.waiting) < WINDOW:
                self.send(sizes.pop(), 1)
            if select.select([self.socket], [], [], 0.05)[0]:
                wrong = self.receive()
                if wrong is not None:
                    bad.append(wrong)
            for size, (sent, tries) in list(self.waiting.items()):
                if time.monotonic() - sent > PATIENCE:
                    del self.waiting[size]
                    if tries == TRIES:
                        lost.append(size)
                    else:
                        again.append(size)
                        self.send(size, tries + 1)
            if len(lost) > 20:
                break
        return bad, lost, again


def main():
    sizes = range(int(sys.argv[2]), int(sys.argv[3]) + 1, int(sys.argv[4]))
    bad, lost, again = Sweep(sys.argv[1]).run(sizes)
    print("%d sizes; other bytes came back: %s; nothing came back: %s; sent again: %s" % (
        len(sizes), bad[:20] or "none", lost[:20] or "none", again[:40] or "none"))
    return 1 if bad or lost else 0


sys.exit(main())
