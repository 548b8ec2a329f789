# market-alignment on Node's Debian image: docker build -t market-alignment . && docker run --rm market-alignment --help
# serve listens inside: docker run --rm -p 127.0.0.1:8080:8080 market-alignment serve --host 0.0.0.0
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && npm pack --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=build /app/market-alignment-*.tgz /tmp/package.tgz
RUN npm install --global --no-audit --no-fund /tmp/package.tgz && rm /tmp/package.tgz && mkdir /data && chown node:node /data
USER node
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["market-alignment"]
CMD ["--help"]
