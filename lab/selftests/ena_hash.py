#!/usr/bin/env python3
"""Checks the hashes that the kernel's toeplitz helper saw against what ENA's are under Linux's driver.

  ena_hash.py OUTPUT    what "in-guest run hw/toeplitz.py" printed: lines "rx_hash 0x.. [saddr .. daddr .. sport .. dport ..]" and "# key .."

The helper expects Microsoft's hash of the key that ethtool shows. ENA takes the key's bytes from the last to the first, and starts at the
initial value that the driver gives: so says Amazon's own calculator (docs/sources.md, AMZN-EC2), for "Linux after setting the key".
"""
import ipaddress
import re
import sys

SEEN = re.compile(r"rx_hash 0x([0-9a-f]+) \[saddr (\S+) daddr (\S+) sport (\d+) dport (\d+)\]")
INITIAL = 0xFFFFFFFF


def toeplitz(key, data):
    bits, value, result = int.from_bytes(key, "big"), int.from_bytes(data, "big"), 0
    for i in range(len(data) * 8):
        if value >> (len(data) * 8 - 1 - i) & 1:
            result ^= bits >> (len(key) * 8 - 32 - i) & 0xFFFFFFFF
    return result


def ena(key, flow):
    addresses = b"".join(ipaddress.ip_address(text).packed for text in flow[:2])
    ports = b"".join(int(text).to_bytes(2, "big") for text in flow[2:])
    return toeplitz(key[::-1], addresses + ports) ^ INITIAL


def main(path):
    with open(path, errors="replace") as f:
        text = f.read()
    key = bytes.fromhex(re.search(r"^# key (\S+)", text, re.M)[1].replace(":", ""))
    seen = {found[1:]: int(found[0], 16) for found in SEEN.findall(text)}
    wrong = {flow: value for flow, value in seen.items() if ena(key, flow) != value}
    print("%d flows, %d of them IPv6, %d with another hash" % (len(seen), sum(":" in flow[0] for flow in seen), len(wrong)))
    for flow, value in list(wrong.items())[:5]:
        print("%s: 0x%08x, not 0x%08x" % (" ".join(flow), value, ena(key, flow)))
    return 1 if wrong or len(seen) < 20 else 0


sys.exit(main(sys.argv[1]))
