package org.netdev4j.platform;

/** What all timers refuse, in the same words. */
final class TimerChecks {
    private TimerChecks() {
    }

    static void requirePeriod(String name, long periodNanos) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("timer \"" + name + "\": the period must be above zero: " + periodNanos);
        }
    }

    static IllegalStateException closed(String name) {
        return new IllegalStateException("timer \"" + name + "\": the timers are closed");
    }
}
