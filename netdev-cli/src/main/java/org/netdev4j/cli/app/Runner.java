package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.CpuAffinity;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;

/**
 * Runs applications until all have ended or somebody asks to stop. Each worker has a thread; the caller's thread watches over the devices and
 * shows rates.
 */
public final class Runner {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAIT_MILLIS = 50;
    private static final long DRAIN_MILLIS = 1000;
    private static final long JOIN_MILLIS = 2000;
    // A device that is being reset is down, too: on hardware for some tenths of a second, and then it may be tried again.
    private static final long DOWN_MILLIS = 30_000;

    private final Platform platform;
    private final boolean busyPoll;
    private final WaitEvent wake;
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final Map<NetDev, Deadline> down = new HashMap<>();
    private volatile boolean stopping;
    private volatile RuntimeException failure;

    /**
     * A runner, for one run.
     *
     * @param busyPoll true if threads that find nothing to do do not rest
     */
    public Runner(Platform platform, boolean busyPoll) {
        this.platform = platform;
        this.busyPoll = busyPoll;
        this.wake = platform.newWaitEvent();
    }

    /** Told what goes on; on the thread that called {@link #run}. */
    public interface Observer {
        /** Time has passed. Called every 100 ms or so. */
        void tick(List<App> running);

        /** An application has ended; its devices are open still. */
        void ended(App app);

        /** Something that people should know. */
        void note(String text);
    }

    /** Ends the run: the threads are told to, and {@link #run} returns when they have. Any thread. */
    public void stop() {
        stopping = true;
        wake.signal();
    }

    /**
     * Runs applications that have started, and closes them, each when it has ended.
     *
     * @throws PlatformException if a device or a wire failed, or a file could not be read or written
     */
    public void run(List<? extends App> apps, Observer observer) {
        List<Running> running = new ArrayList<>();
        try {
            apps.forEach(app -> running.add(new Running(app, observer)));
            running.forEach(Running::start);
            watch(running, observer);
        } finally {
            stopping = true;
            for (Running each : running) {
                end(each, observer);
            }
            apps.forEach(this::close);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void watch(List<Running> running, Observer observer) {
        List<Running> left = new ArrayList<>(running);
        while (!stopping && failure == null && !left.isEmpty()) {
            wake.await(Deadline.afterNanos(platform.clock(), TICK_NANOS));
            for (Running each : List.copyOf(left)) {
                if (each.hasEnded()) {
                    // At once, not at the end of all: the far end of its wire is to see that nothing more comes.
                    left.remove(each);
                    end(each, observer);
                }
            }
            for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
                request.run();
            }
            left.forEach(each -> each.app.devices().forEach(this::requireAlive));
            observer.tick(left.stream().map(each -> each.app).toList());
        }
    }

    /** What fails says so by an event; this is for a device that stays down without a word. */
    private void requireAlive(OpenDevice device) {
        if (device.dev().state() != DeviceState.FAILED) {
            down.remove(device.dev());
        } else if (down.computeIfAbsent(device.dev(), its -> Deadline.afterMillis(platform.clock(), DOWN_MILLIS)).expired() && failure == null) {
            failure = new PlatformException(device.name() + ": the device failed and does not work any more; see the log with -v");
        }
    }

    private void end(Running each, Observer observer) {
        if (each.over) {
            return;
        }
        each.over = true;
        each.join();
        each.app.devices().forEach(this::drain);
        each.app.devices().forEach(device -> device.wire().flatMap(wire -> wire.failure()).ifPresent(this::failed));
        observer.ended(each.app);
        close(each.app);
    }

    /** What was given to the device is to leave before it is closed; the threads that used the queues have ended. */
    private void drain(OpenDevice device) {
        NetDev dev = device.dev();
        Deadline deadline = Deadline.afterMillis(platform.clock(), DRAIN_MILLIS);
        for (int i = 0; dev.state() == DeviceState.RUNNING && i < dev.config().txQueues(); i++) {
            while (dev.txQueue(i).pending() > 0 && !deadline.expired()) {
                if (dev.txQueue(i).reclaim(BurstStatus.MAX_COUNT) == 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private void close(App app) {
        try {
            app.close();
        } catch (PlatformException e) {
            failed(e);
        }
    }

    private void failed(RuntimeException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** An application with its threads. */
    private final class Running {
        private final App app;
        private final List<Thread> threads = new ArrayList<>();
        private boolean over;

        Running(App app, Observer observer) {
            this.app = app;
            app.devices().forEach(device -> device.dev().addListener(event -> heard(device.dev(), event, observer)));
            for (Worker worker : app.workers()) {
                Thread thread = new Thread(() -> work(worker), worker.name());
                thread.setDaemon(true);
                threads.add(thread);
            }
        }

        void start() {
            threads.forEach(Thread::start);
        }

        boolean hasEnded() {
            return threads.stream().noneMatch(Thread::isAlive);
        }

        void join() {
            for (Thread thread : threads) {
                try {
                    thread.join(JOIN_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Runs on whichever thread noticed: what is to be done is left to the watching one. */
    private void heard(NetDev dev, DeviceEvent event, Observer observer) {
        switch (event) {
            case DeviceEvent.LinkChanged link -> requests.add(() -> noteLink(dev, link, observer));
            case DeviceEvent.ResetRequested reset -> requests.add(() -> {
                observer.note(dev.name() + ": reset: " + reset.reason());
                dev.reset();
            });
            case DeviceEvent.Failed failed -> requests.add(() -> failed(new PlatformException(dev.name() + ": " + failed.reason())));
            case DeviceEvent.DeviceGone gone -> requests.add(() -> failed(new PlatformException(dev.name() + ": the device is gone")));
            case DeviceEvent.ResetStarted started -> requests.add(() -> observer.note(dev.name() + ": reset: " + started.reason()));
            case DeviceEvent.ResetDone done -> requests.add(() -> observer.note(dev.name() + ": back after reset"));
        }
        wake.signal();
    }

    /** A link goes down when its device is closed, too, which is no news. */
    private static void noteLink(NetDev dev, DeviceEvent.LinkChanged event, Observer observer) {
        if (dev.state() != DeviceState.CLOSED) {
            observer.note(dev.name() + ": link " + event.link());
        }
    }

    private void work(Worker worker) {
        try {
            if (worker.cpu() >= 0) {
                CpuAffinity.pin(worker.cpu());
            }
            Clock clock = platform.clock();
            Pause pause = new Pause(busyPoll);
            while (!stopping) {
                int moved = worker.turn();
                if (moved == Worker.DONE) {
                    return;
                }
                if (moved > 0) {
                    pause.reset();
                } else if (worker.interrupts()) {
                    worker.await(Deadline.afterMillis(clock, WAIT_MILLIS));
                } else {
                    pause.rest();
                }
            }
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            wake.signal();
        }
    }

    /** What a polling thread does when there is nothing: first little, then more, so that an idle network costs little. */
    private static final class Pause {
        private static final int SPINS = 2_000;
        private static final int YIELDS = 2_200;
        private static final long REST_NANOS = 50_000;

        private final boolean busy;
        private int empty;

        Pause(boolean busy) {
            this.busy = busy;
        }

        void reset() {
            empty = 0;
        }

        void rest() {
            if (busy) {
                Thread.onSpinWait();
            } else if (empty < SPINS) {
                empty++;
                Thread.onSpinWait();
            } else if (empty < YIELDS) {
                empty++;
                Thread.yield();
            } else {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }
}
