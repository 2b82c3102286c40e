package io.saltunnel.benchmarks.compare;

import java.util.concurrent.atomic.AtomicLong;

/** Where uploads end. */
interface Sinks {
    /** How much the sink has taken that was opened with this number. */
    AtomicLong taken(long number);
}
