package io.saltunnel.benchmarks.compare;

import java.util.concurrent.atomic.AtomicLong;

/** The sinks that uploads end in. */
interface Sinks {
    /** The number of bytes taken by the sink that was opened with this number. */
    AtomicLong taken(long number);
}
