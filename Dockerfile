# syntax=docker/dockerfile:1
# Three stages: compile with everything, install what runs, and an image with nothing else in it.
# The base is the active LTS of Node.js; bump it here, in CI and in package.json together.
ARG NODE_IMAGE=node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The registry's `node` package brings a Node.js for developers' machines; the image has its own.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN node scripts/generate-catalogue.ts && node_modules/.bin/tsc --project tsconfig.json

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Pathkeeper" \
      org.opencontainers.image.description="Keeps idle TCP connections from dying silently" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/build/package.json build/package.json
COPY --from=build /app/build/src build/src
COPY package.json ./
# A number and not a name: Kubernetes checks runAsNonRoot by it. Nothing below /app is writable for it, or needs to be.
USER 65532:65532
EXPOSE 9443 8080
ENTRYPOINT ["node", "/app/build/src/main.js"]
CMD ["--help"]
