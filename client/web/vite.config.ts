import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: entry('.'),
  define: { 'process.env.NODE_ENV': '"production"' }, // whatever the environment of the build says
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy of the page allows no data: addresses
    rolldownOptions: {
      input: { page: entry('index.html'), 'service-worker': entry('service-worker.ts') },
      output: {
        // Browsers look for a new worker under its one name.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
