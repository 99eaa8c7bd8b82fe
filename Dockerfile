# The gate for production: `gate serve` with its store elsewhere.
#
#   docker build --tag fulfillment-gate:0.1.0 .
#   docker run --read-only --publish 50051:50051 --env GATE_REDIS_URL=redis://store:6379/0 \
#     --volume ./handoffs:/etc/gate/handoffs:ro --env GATE_HANDOFFS=/etc/gate/handoffs/handoffs.yaml \
#     fulfillment-gate:0.1.0
#
# Every package comes from a lock with hashes and as a wheel, so no compiler is needed and no setup script of a
# stranger runs. The embedded store of `gate dev` is not in here: a container is no place to keep stock.

# The version of Python that the tests run on.
FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_INPUT=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /src

# The locks first: this layer is made anew only when they change. The environment has no pip of its own, so that what
# runs in production cannot install anything.
COPY requirements/build.txt requirements/server.txt requirements/
RUN pip install --require-hashes --only-binary=:all: --requirement requirements/build.txt \
    && python -m venv --without-pip /opt/gate \
    && pip --python /opt/gate install --require-hashes --only-binary=:all: --requirement requirements/server.txt

COPY pyproject.toml README.md ./
COPY clients/python clients/python
COPY gate_service gate_service
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/gate install --no-deps --no-index /wheels/*.whl


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="fulfillment-gate" \
      org.opencontainers.image.description="Decides what may be promised and picked from one authoritative count" \
      org.opencontainers.image.version="0.1.0"

# Logs leave at once, and nothing is written beside the code: the root file system may be read-only. Health has a port of
# its own, for the container alone, so that the check below needs no TLS where calls do.
ENV PATH=/opt/gate/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GATE_LOG_FORMAT=json \
    GATE_PROBE_LISTEN=127.0.0.1:50052

COPY --from=build /opt/gate /opt/gate

# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 50051

# For a plain Docker: healthy is ready for calls. Kubernetes asks by probes of its own (deploy/kubernetes.yaml).
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=2 \
    CMD ["python", "-m", "fulfillment_gate.health", "127.0.0.1:50052", "--timeout", "2"]

# The gate says NOT_SERVING, lets calls finish, then exits with 0.
STOPSIGNAL SIGTERM
ENTRYPOINT ["gate"]
CMD ["serve", "--listen", "0.0.0.0:50051"]
