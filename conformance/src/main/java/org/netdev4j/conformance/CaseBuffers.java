package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.platform.Platform;

/** The buffers of a case. */
final class CaseBuffers {
    private static final int COUNT = 2048;

    private final Platform platform;
    private final String name;
    private final DeviceInfo info;
    private final List<NetBufPool> pools = new ArrayList<>();
    private NetBufPool pool;

    CaseBuffers(Platform platform, String name, DeviceInfo info) {
        this.platform = platform;
        this.name = name;
        this.info = info;
    }

    /** The case's pool. */
    NetBufPool pool() {
        if (pool == null) {
            pool = standard(true);
        }
        return pool;
    }

    /** Makes the case's pool without debug mode. */
    void withoutDebug() {
        pool = standard(false);
    }

    private NetBufPool standard(boolean debug) {
        return newPool(COUNT, Math.max(NetBufPool.STANDARD_DATA_ROOM, info.minRxBuffer()), debug);
    }

    /** One more pool. */
    NetBufPool newPool(int count, int dataRoom, boolean debug) {
        NetBufPool made = NetBufPool.builder(platform, name + "/" + pools.size()).count(count).dataRoom(dataRoom)
            .headroom(Math.max(NetBufPool.STANDARD_HEADROOM, info.txHeadroom())).debug(debug).build();
        pools.add(made);
        return made;
    }

    /** A buffer with these bytes, or a chain if they do not fit. */
    static NetBuf packet(NetBufPool from, byte[] bytes) {
        NetBuf first = allocate(from);
        NetBuf last = first;
        int done = 0;
        while (true) {
            int part = Math.min(last.tailroom(), bytes.length - done);
            last.copyFrom(last.append(part), bytes, done, part);
            done += part;
            if (done == bytes.length) {
                return first;
            }
            NetBuf next = allocate(from);
            last.chain(next);
            last = next;
        }
    }

    /** A chain of buffers that holds these bytes, cut at these places. */
    static NetBuf chain(NetBufPool pool, byte[] bytes, int... cuts) {
        NetBuf first = null;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            NetBuf part = allocate(pool);
            part.copyFrom(part.append(to - from), bytes, from, to - from);
            if (first == null) {
                first = part;
            } else {
                first.chain(part);
            }
            from = to;
        }
        return first;
    }

    private static NetBuf allocate(NetBufPool from) {
        NetBuf buffer = from.allocate();
        if (buffer == null) {
            Check.fail("pool " + from.name() + " has none of its " + from.size() + " buffers left; one of them is "
                + from.outstanding().stream().limit(1).toList());
        }
        return buffer;
    }

    /** Closes all pools; what was not freed, one line each. */
    List<String> close() {
        List<String> problems = new ArrayList<>();
        for (NetBufPool each : pools) {
            if (each.inUse() > 0) {
                problems.add(each.inUse() + " of " + each.size() + " buffers were never freed"
                    + each.outstanding().stream().findFirst().map(place -> "; the first was " + place).orElse(""));
            }
            each.close();
        }
        return problems;
    }
}
