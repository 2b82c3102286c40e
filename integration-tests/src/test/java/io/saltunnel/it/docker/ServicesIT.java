package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Common programs, each speaking its own protocol through a separate tunnel. */
@DockerSuite
class ServicesIT {

    /** Goal: psql loads a table and reads it back, unchanged. */
    @Test
    void psqlLoadsATableAndReadsItBack(Testbed bed) {
        bed.tunnelTo("target:5432");

        String sums = bed.application().run("""
                        export PGHOST=client PGPORT=7000 PGUSER=tester
                        psql -q -c 'DROP TABLE IF EXISTS lines; CREATE TABLE lines (number int PRIMARY KEY, text text)'
                        seq 1 200000 | sed 's/.*/&\\tline & of many/' >/tmp/lines.tsv
                        psql -q -c '\\copy lines FROM /tmp/lines.tsv'
                        psql -q -c '\\copy (SELECT * FROM lines ORDER BY number) TO /tmp/lines.back'
                        sha256sum </tmp/lines.tsv; sha256sum </tmp/lines.back
                        psql -qAt -c 'SELECT count(*) FROM lines'""").text();

        assertThat(sums.lines().toList()).hasSize(3).last().isEqualTo("200000");
        assertThat(sums.lines().limit(2).distinct()).hasSize(1);
    }

    /** Goal: pgbench runs transactions on many connections without losing one. */
    @Test
    void pgbenchLosesNoTransaction(Testbed bed) {
        bed.tunnelTo("target:5432");

        String result = bed.application().run("""
                        export PGHOST=client PGPORT=7000 PGUSER=tester
                        pgbench -q -i -s 1 tester 2>&1 && pgbench -c 20 -j 2 -t 100 tester 2>&1""").text();

        assertThat(result)
                .contains("number of transactions actually processed: 2000/2000")
                .contains("number of failed transactions: 0 (0.000%)");
    }

    /** Goal: redis-benchmark, fifty connections with requests queued on each, completes every kind of request. */
    @Test
    void redisBenchmarkCompletes(Testbed bed) {
        bed.tunnelTo("target:6379");

        String result = bed.application()
                .run("redis-benchmark -h client -p 7000 -n 20000 -c 50 -P 16 -d 64 -t ping,set,get,lrange_100 --csv")
                .text();

        assertThat(result).contains("\"SET\"", "\"GET\"", "\"LRANGE_100 (first 100 elements)\"");
    }

    /** Goal: a remote command's input, output and exit code pass through ssh. */
    @Test
    void sshRunsACommand(Testbed bed) {
        bed.tunnelTo("target:22");

        Outcome outcome = bed.application().run("seq 1 100000 | ssh -p 7000 client 'wc -l; hostname; exit 42'");

        assertThat(outcome.exitCode()).isEqualTo(42);
        assertThat(outcome.output().lines()).containsExactly("100000", "target");
    }

    /** Goal: scp copies a large file there and back, unchanged. */
    @Test
    void scpCopiesThereAndBack(Testbed bed) {
        bed.tunnelTo("target:22");

        bed.application().run("""
                        head -c 67108864 /dev/urandom >/tmp/sent &&
                        scp -q -P 7000 /tmp/sent client:/tmp/copied && scp -q -P 7000 client:/tmp/copied /tmp/back""").text();

        assertThat(bed.application().sha256("/tmp/back"))
                .isEqualTo(bed.target().sha256("/tmp/copied"))
                .isEqualTo(bed.application().sha256("/tmp/sent"));
    }

    /** Goal: rsync copies a tree of many files, and then only what changed. */
    @Test
    void rsyncCopiesATreeAndItsChange(Testbed bed) {
        bed.tunnelTo("target:22");

        String result = bed.application().run("""
                        export RSYNC_RSH='ssh -p 7000'
                        rm -rf /tmp/tree /tmp/tree.back; mkdir /tmp/tree && cd /tmp/tree
                        for n in $(seq 1 500); do head -c $((n * 97)) /dev/urandom >file.$n; done
                        rsync -a --delete /tmp/tree/ client:/tmp/tree/ || exit
                        echo changed >file.250
                        rsync -ai --delete /tmp/tree/ client:/tmp/tree/ | grep '^<f' | cut -d ' ' -f 2
                        rsync -a client:/tmp/tree/ /tmp/tree.back/ && diff -r /tmp/tree /tmp/tree.back && echo equal""").text();

        assertThat(result.lines()).containsExactly("file.250", "equal");
    }
}
