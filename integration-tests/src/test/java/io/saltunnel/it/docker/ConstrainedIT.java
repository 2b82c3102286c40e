package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Ulimit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Containers with few resources and rights. */
@DockerSuite
class ConstrainedIT {

    private static final long MIB = 1024 * 1024;

    /** Goal: if almost no memory may be locked, both ends say so, and still work. */
    @Test
    void worksWith64KibOfLockedMemory(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo(
                "target:80",
                ends -> ends.containers(container -> container.withHostConfig(
                        host -> host.withUlimits(List.of(new Ulimit("memlock", 65536L, 65536L))))));

        fetchLargeFile(bed);

        assertThat(tunnel.client().getLogs()).containsIgnoringCase("lock");
        assertThat(tunnel.server().getLogs()).containsIgnoringCase("lock");
    }

    /**
     * Goal: nothing is written at run time and no privilege is used: a read-only file system and no capabilities
     * suffice.
     */
    @Test
    void worksReadOnlyAndWithoutCapabilities(Testbed bed) {
        bed.tunnelTo(
                "target:80",
                ends -> ends.containers(container -> container.withHostConfig(host -> host.withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges")))));

        fetchLargeFile(bed);
    }

    /** Goal: no shell is needed: with every shell of the image out of reach, both ends start and work. */
    @Test
    void worksWithoutAShell(Testbed bed) {
        bed.tunnelTo(
                "target:80",
                ends -> ends.containers(container ->
                        container.withMounted("/dev/null", "/usr/bin/bash").withMounted("/dev/null", "/usr/bin/dash")));

        fetchLargeFile(bed);
    }

    /**
     * Goal: both ends stay within 128 MB, swap included, with the default number of connections: all at full speed in
     * both directions, then all read so slowly that every buffer fills.
     */
    @Test
    void livesWithin128MbAtFullLoad(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo(
                "target:5201",
                ends -> ends.containers(container -> container.withHostConfig(
                        host -> host.withMemory(128 * MIB).withMemorySwap(128 * MIB))));
        bed.application().run("iperf3 -c client -p 7000 -t 5 -P 49 --bidir").text();
        // iperf3 serves one test at a time, and reports that it is busy while it cleans up after this many streams.
        bed.application().run("""
                        until said=$(iperf3 -c client -p 7000 -t 5 -P 49 -R 2>&1); do
                          case $said in
                            *"server is busy"*) sleep 0.5 ;;
                            *) echo "$said" >&2; exit 1 ;;
                          esac
                        done""").text();
        survived(tunnel);
    }

    /** Goal: the same with a hundred readers so slow that every buffer fills. */
    @Test
    void livesWithin128MbWithSlowReaders(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo(
                "target:80",
                ends -> ends.containers(container -> container.withHostConfig(
                        host -> host.withMemory(128 * MIB).withMemorySwap(128 * MIB))));

        bed.application().run("""
                        rm -f /tmp/failed
                        read_slowly() {
                          curl -s --limit-rate 100k -m 8 -o /dev/null http://client:7000/zeros.bin
                          # 28: still reading when the time was up, as it should be
                          [ $? = 28 ] || touch /tmp/failed
                        }
                        for n in $(seq 100); do read_slowly & done
                        wait
                        [ ! -e /tmp/failed ]""").text();
        fetchLargeFile(bed);
        survived(tunnel);
    }

    private static void survived(Tunnel tunnel) {
        for (Saltunnel end : List.of(tunnel.client(), tunnel.server())) {
            var state = end.inspect().getState();
            assertThat(state.getRunning()).isTrue();
            assertThat(state.getOOMKilled()).isFalse();
            assertThat(end.getLogs()).doesNotContain("OutOfMemory", "OutOfDirectMemory");
            String peak = end.exec(
                            "sh",
                            "-c",
                            "cat /sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes 2>/dev/null || true")
                    .text();
            String kernel = end.exec(
                            "sh",
                            "-c",
                            "grep -E '^(rss|mapped_file|anon|file) ' /sys/fs/cgroup/memory/memory.stat /sys/fs/cgroup/memory.stat 2>/dev/null || true")
                    .text()
                    .replace('\n', ' ');
            Report.note("            memory of the " + end.getNetworkAliases() + ": peak " + peak + ", " + kernel);
        }
    }

    private static void fetchLargeFile(Testbed bed) {
        bed.application()
                .run("curl -sSf -o /tmp/large http://client:7000/large.bin")
                .text();
        assertThat(bed.application().sha256("/tmp/large"))
                .isEqualTo(bed.target().sha256("/srv/www/large.bin"));
    }
}
