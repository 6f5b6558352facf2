import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What is tested is what is published: the runtime itself loads the built packages.
    server: { deps: { external: [/\/dist\//] } },
    // A case has its own limit; vitest's would only cut in before it.
    testTimeout: 60_000,
    // A browser takes its time to end, too.
    hookTimeout: 60_000,
  },
});
export default config;
