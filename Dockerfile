# The Saltunnel image: `docker run … saltunnel client|server|key …` as on the command line. See docs/docker.md.
#
# Needs saltunnel-cli/target/saltunnel.jar, as Maven makes it; docker/build does both.
#   BASE       the base of the image, and of the build stage if JDK_IMAGE is not given
#   JDK_IMAGE  an image with a JDK of 17 or later; where it has none, Debian's JDK 17 is installed

ARG BASE=debian:bookworm-slim
ARG JDK_IMAGE=${BASE}

FROM ${JDK_IMAGE} AS build
# (The JDK's package links manuals, and slim images have no folder for them.)
RUN set -e; \
    mkdir -p /usr/share/man/man1; \
    packages=; \
    command -v jlink >/dev/null || packages=openjdk-17-jdk-headless; \
    command -v strip >/dev/null || packages="$packages binutils"; \
    if [ -n "$packages" ]; then \
      apt-get update -q && apt-get install -y -q --no-install-recommends $packages; \
    fi
# The class archive contains the jar's path, so it's made in the place that the jar has in the final image.
WORKDIR /opt/saltunnel
COPY saltunnel-cli/target/saltunnel.jar /build/
COPY docker/assemble docker/java.options /build/
RUN /build/assemble /build/saltunnel.jar /build/java.options /opt/saltunnel

FROM ${BASE}
COPY --from=build /opt/saltunnel /opt/saltunnel
# A volume mounted here takes on this owner, so that `key generate /keys/…` can write to a fresh one.
COPY --from=build --chown=10001:10001 /build/keys /keys
# Memory that the compilers needed briefly is returned to the system at once, as with the launcher.
ENV MALLOC_MMAP_THRESHOLD_=16384
USER 10001:10001
WORKDIR /keys
# Healthy while the program listens, that is, until a signal stops it. The check reads the kernel's table and doesn't
# connect: a connection would open a tunnel, or look like a probe. 127.0.0.11 is Docker's own name server.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["grep", "-qsP", "^ *\\d+: (?!0B00007F:)[0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:0000 0A ", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["/opt/saltunnel/bin/java", "@/opt/saltunnel/java.options", "-jar", "/opt/saltunnel/saltunnel.jar"]
CMD ["--help"]
