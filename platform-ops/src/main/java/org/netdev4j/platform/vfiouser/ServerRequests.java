package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.memory.Memory;

/** What a server asks of its client: to read and write memory for it. */
interface ServerRequests {
    /**
     * Does a request. On the thread that reads what the server sends.
     *
     * @param command of the request
     * @param request its payload begins at {@link VfioUser#HEADER_BYTES}
     * @param bytes   of its payload
     * @param reply   where the reply's payload is built, at the same place, with room for {@link Client#MOST_DATA} bytes and
     *                what describes them
     * @return bytes of the reply's payload
     * @throws VfioUserException if it is refused
     */
    int answer(int command, Memory request, int bytes, Memory reply);
}
