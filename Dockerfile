# A small image without a shell: `docker run -p 8787:8787 unkey-mcp` serves MCP for callers that bring a
# root key. With `--local=/data/unkey.db` and a volume at /data it keeps an engine of its own.
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev ca-certificates
WORKDIR /source
COPY . .
RUN cargo build --profile dist --locked --bin unkey-mcp \
  && mkdir -p /image/data /image/etc/ssl/certs /image/tmp \
  && cp target/dist/unkey-mcp /image/unkey-mcp \
  && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
  && chmod 1777 /image/tmp \
  && chown 65532:65532 /image/data

FROM scratch
LABEL org.opencontainers.image.source="https://github.com/unkey-mcp/unkey-mcp" \
  org.opencontainers.image.licenses="Apache-2.0 OR MIT" \
  org.opencontainers.image.description="Unkey as MCP tools" \
  io.modelcontextprotocol.server.name="io.github.unkey-mcp/unkey-mcp"
COPY --from=build /image /
COPY LICENSE LICENSE-APACHE LICENSE-MIT /licenses/
ENV HOME=/data
USER 65532:65532
VOLUME /data
EXPOSE 8787
HEALTHCHECK NONE
ENTRYPOINT ["/unkey-mcp"]
CMD ["serve", "--bind", "0.0.0.0:8787"]
