package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;

/** Answers ARP, ICMP and ICMPv6 echo and neighbour solicitations: what {@code ping} needs of a host. */
public final class EchoApp extends BaseApp {
    private final List<Responder> responders = new ArrayList<>();
    private final List<Sender> senders = new ArrayList<>();
    private final List<IpPrefix> ip;

    private EchoApp(OpenDevice device, Config config) {
        super("echo", List.of(device));
        ip = config.find(Keys.ECHO_IP).orElse(List.of());
        NetDev dev = device.dev();
        int rx = dev.config().rxQueues();
        if (dev.config().txQueues() < rx) {
            throw new ConfigException("echo on " + device.name() + ": it needs a transmit queue for each receive queue: there are " + rx
                + " receive and " + dev.config().txQueues() + " transmit queues");
        }
        WireEnd end = new WireEnd(device);
        TimeLimit limit = TimeLimit.of(config, dev.platform().clock());
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < rx; i++) {
            Responder responder = new Responder(dev.macAddress(), ip);
            Sender sender = new Sender(dev.txQueue(i));
            responders.add(responder);
            senders.add(sender);
            workers.add(new EchoWorker(device, new Receiver(device, i, end), i, sender, responder, config.get(Keys.BURST), limit));
        }
        workers(workers);
        joinGroups(dev, responders.getFirst().ipv6Addresses());
    }

    /**
     * Starts the application.
     *
     * @param device open, not started; closed if this throws
     */
    public static EchoApp start(OpenDevice device, Config config) {
        return Apps.started(List.of(device), () -> new EchoApp(device, config));
    }

    /** Receives the groups in which neighbour solicitations for the addresses come; all groups if that is all the device can. */
    private static void joinGroups(NetDev dev, List<Ipv6Address> addresses) {
        Set<MacAddress> groups = new LinkedHashSet<>();
        groups.add(Ipv6Address.ALL_NODES.multicastMac());
        addresses.forEach(a -> groups.add(a.solicitedNode().multicastMac()));
        if (dev.info().has(Capability.MULTICAST_FILTER) && groups.size() <= dev.info().maxMulticast()) {
            dev.setMulticastFilter(groups);
        } else if (dev.info().has(Capability.ALL_MULTICAST)) {
            dev.setAllMulticast(true);
        } else if (dev.info().has(Capability.PROMISCUOUS)) {
            dev.setPromiscuous(true);
        }
    }

    @Override
    public String intent() {
        String given = Stream.concat(ip.stream().filter(IpPrefix.V4.class::isInstance).map(a -> ((IpPrefix.V4) a).address().toString()),
            responders.getFirst().ipv6Addresses().stream().map(Ipv6Address::toString)).collect(Collectors.joining(", "));
        OpenDevice device = devices().getFirst();
        return "echo on " + Apps.describe(device) + ", " + device.dev().macAddress() + ": " + given;
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        responders.forEach(r -> r.counters().forEach((name, value) -> all.merge(name, value, Long::sum)));
        all.put("unsent", senders.stream().mapToLong(Sender::unsent).sum());
        return all;
    }

    private static final class EchoWorker extends ReceivingWorker {
        private final Sender sender;
        private final Responder responder;
        private final NetBuf[] answers;
        private final NetBuf[] rest;

        EchoWorker(OpenDevice device, Receiver receiver, int index, Sender sender, Responder responder, int burst, TimeLimit limit) {
            super("echo", device, index, List.of(receiver), burst, limit);
            this.sender = sender;
            this.responder = responder;
            this.answers = new NetBuf[burst];
            this.rest = new NetBuf[burst];
        }

        @Override
        void handle(Receiver from, NetBuf[] packets, int count) {
            int answered = 0;
            int unanswered = 0;
            for (int i = 0; i < count; i++) {
                if (responder.answer(packets[i])) {
                    answers[answered++] = packets[i];
                } else {
                    rest[unanswered++] = packets[i];
                }
            }
            NetBufPool.free(rest, 0, unanswered);
            sender.sendOrDrop(answers, answered);
        }

        @Override
        void idle() {
            sender.reclaim();
        }
    }
}
