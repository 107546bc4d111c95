package org.netdev4j.models.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.Suggest;

/**
 * The fault plan of a device: faults can be injected and taken back while it runs, from any thread.
 *
 * <p>A fault is written {@code NAME[@PLACE][:KEY=VALUE]...}; several are put together with {@code +}: {@code
 * completion-dropped@1:count=2+reset-slow:value=10ms}. The place is a number, a name that the fault knows, or {@code *}
 * for everywhere, as without a place. Keys:
 * <ul>
 *   <li>{@code skip=N}: the first N occasions pass unharmed
 *   <li>{@code count=N}: it happens N times at most; as often as it can if not given
 *   <li>{@code p=1%}: it happens at an occasion with this probability, by the device's seed
 *   <li>{@code after=10ms}, {@code until=20ms}: from and up to this time after the device was plugged in
 *   <li>{@code value=N}: decimal, 0x and hexadecimal digits, or a duration that becomes nanoseconds
 * </ul>
 */
public final class Faults implements FaultPlan {
    private static final Injection[] NONE = {};
    // Of the constants of the L64X128MixRandom family: any odd number far from zero spreads neighbouring seeds.
    private static final long SEED_STEP = 0x9E37_79B9_7F4A_7C15L;

    private final Map<String, FaultSpec> known = new LinkedHashMap<>();
    private final Clock clock;
    private final long start;
    private final long seed;
    private final Trace trace;
    private final SpinLock lock = new SpinLock("fault plan");
    private final ThreadLocal<long[]> value = ThreadLocal.withInitial(() -> new long[1]);
    // Replaced, never changed, under the lock.
    private volatile Injection[] active = NONE;
    private int injected;

    /**
     * A plan in which nothing goes wrong.
     *
     * @param known faults that the device can have; of two with one name the first counts
     * @param clock what {@code after} and {@code until} are measured on, from now
     * @param seed  decides what has a probability
     * @param trace gets a line for each fault that happens
     */
    public Faults(Collection<FaultSpec> known, Clock clock, long seed, Trace trace) {
        known.forEach(spec -> this.known.putIfAbsent(spec.name(), spec));
        this.clock = clock;
        this.start = clock.nanoTime();
        this.seed = seed;
        this.trace = trace;
    }

    /** What can be injected. */
    public List<FaultSpec> known() {
        return List.copyOf(known.values());
    }

    @Override
    public boolean happens(String fault, int place) {
        Injection[] all = active;
        if (all.length == 0) {
            return false;
        }
        for (Injection each : all) {
            if (each.concerns(fault, place) && each.occasion()) {
                value.get()[0] = each.rule.value();
                if (trace.enabled()) {
                    trace.line("FAULT " + fault + (place < 0 ? "" : "@" + place));
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public long value() {
        return value.get()[0];
    }

    /**
     * Injects one fault or several.
     *
     * @param text as the class says
     * @return what was injected, in the order written
     * @throws IllegalArgumentException with one line, if it cannot be read or there is no such fault; then none is injected
     */
    public List<Injection> inject(String text) {
        List<FaultRule> rules = new ArrayList<>();
        for (String part : text.split("\\+", -1)) {
            rules.add(FaultRule.parse(part.strip(), known));
        }
        return rules.stream().map(this::inject).toList();
    }

    private Injection inject(FaultRule rule) {
        lock.lock();
        try {
            Injection added = new Injection(rule, RandomSource.seeded(seed + SEED_STEP * ++injected));
            Injection[] more = Arrays.copyOf(active, active.length + 1);
            more[more.length - 1] = added;
            active = more;
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** What is injected now, in the order injected, also what will not happen any more. */
    public List<Injection> injections() {
        return List.of(active);
    }

    /** How often a fault has happened, of those injected now. */
    public long happened(String fault) {
        requireKnown(fault);
        return injections().stream().filter(each -> each.fault().equals(fault)).mapToLong(Injection::happened).sum();
    }

    private void requireKnown(String fault) {
        if (!known.containsKey(fault)) {
            throw FaultRule.unknown(fault, known.keySet());
        }
    }

    /** Takes all faults back. */
    public void clear() {
        lock.lock();
        try {
            active = NONE;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Injection one) {
        lock.lock();
        try {
            active = Arrays.stream(active).filter(each -> each != one).toArray(Injection[]::new);
        } finally {
            lock.unlock();
        }
    }

    /** For messages about something that was not found. */
    static String list(Collection<String> names) {
        return names.isEmpty() ? "there are none" : "there are " + String.join(", ", names);
    }

    /** For the end of a message about a name. */
    static String didYouMean(String written, Collection<String> names) {
        return Suggest.didYouMean(written, names);
    }

    /** One injected fault. Any thread. */
    public final class Injection {
        private final FaultRule rule;
        private final RandomSource random;
        // Written under the lock.
        private volatile long occasions;
        private volatile long happened;

        private Injection(FaultRule rule, RandomSource random) {
            this.rule = rule;
            this.random = random;
        }

        /** Its name. */
        public String fault() {
            return rule.spec().name();
        }

        /** How often it could have happened: occasions at its place and within its time. */
        public long occasions() {
            return occasions;
        }

        /** How often it happened. */
        public long happened() {
            return happened;
        }

        /** True if its count is used up or its time over. */
        public boolean isOver() {
            return happened >= rule.count() || clock.nanoTime() - start >= rule.until();
        }

        /** Takes it back. Idempotent. */
        public void remove() {
            Faults.this.remove(this);
        }

        private boolean concerns(String fault, int place) {
            return (rule.place() == FaultRule.EVERYWHERE || rule.place() == place) && rule.spec().name().equals(fault);
        }

        private boolean occasion() {
            if (rule.timed()) {
                long age = clock.nanoTime() - start;
                if (age < rule.after() || age >= rule.until()) {
                    return false;
                }
            }
            lock.lock();
            try {
                occasions++;
                if (occasions <= rule.skip() || happened >= rule.count()
                    || rule.probability() < 1 && random.nextDouble() >= rule.probability()) {
                    return false;
                }
                happened++;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public String toString() {
            return rule.text() + " (happened " + happened + " of " + occasions + " times)";
        }
    }
}
