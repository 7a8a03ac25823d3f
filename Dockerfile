# The service as one binary; build with `docker build -t haidang .`
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/haidang --create-home haidang \
    && install -d -o haidang -g haidang -m 0700 /var/lib/haidang/keys
COPY --from=build /source/target/release/haidang /usr/local/bin/haidang
COPY --from=build /source/data /usr/share/haidang
USER haidang
WORKDIR /var/lib/haidang
ENV HAIDANG_LISTEN=0.0.0.0:8080 HAIDANG_KEYS_FILE=/var/lib/haidang/keys/keys.json \
    HAIDANG_PERSONAL_KEYS_FILE=/var/lib/haidang/keys/personal-keys.json
VOLUME /var/lib/haidang
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["curl", "-fsS", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["haidang"]
CMD ["serve"]
