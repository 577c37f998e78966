import { defineConfig, devices, type PlaywrightTestOptions } from '@playwright/test';
import { chromium, chromiumArgs, freePort } from './ground.mjs';

// Chosen once; the workers, which read this file too, get them by the environment.
process.env.ANSLUT_DEMO_PORT ??= String(await freePort());
process.env.ANSLUT_PROVIDER_PORT ??= String(await freePort());
process.env.ANSLUT_GALLERY_PORT ??= String(await freePort());
const demo = `http://127.0.0.1:${process.env.ANSLUT_DEMO_PORT}`;
const gallery = `http://127.0.0.1:${process.env.ANSLUT_GALLERY_PORT}`;

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  userAgent: devices['Pixel 7'].userAgent,
};

/** Every story on every size, with scripts and without. */
const story = (name: string, use: Partial<PlaywrightTestOptions>) => ({
  name,
  testDir: 'stories',
  use: { ...use, baseURL: demo },
});

export default defineConfig({
  outputDir: 'results',
  fullyParallel: true,
  workers: process.env.ANSLUT_WORKERS ? Number(process.env.ANSLUT_WORKERS) : 2,
  // A busy machine may keep a page waiting for longer than a story does. What needed its second try is
  // listed as flaky at the end: it is to be looked at.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  timeout: 30_000,
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: chromium(), args: chromiumArgs },
    locale: 'sv-SE',
    timezoneId: 'Europe/Stockholm',
    trace: 'retain-on-failure',
  },
  projects: [
    story('desktop', desktop),
    story('phone', phone),
    story('desktop, no scripts', { ...desktop, javaScriptEnabled: false }),
    story('phone, no scripts', { ...phone, javaScriptEnabled: false }),
    // On several servers of their own.
    { name: 'servers', testDir: 'servers', use: desktop },
    { name: 'servers, no scripts', testDir: 'servers', use: { ...desktop, javaScriptEnabled: false } },
    { name: 'gallery', testDir: 'gallery', use: { ...desktop, baseURL: gallery } },
  ],
  webServer: [
    {
      command: `node ground.mjs stories ${process.env.ANSLUT_DEMO_PORT} ${process.env.ANSLUT_PROVIDER_PORT}`,
      url: `${demo}/readyz`,
      // Its log would stand between the tests' names.
      stderr: 'ignore',
      gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    },
    {
      command: `node ground.mjs gallery ${process.env.ANSLUT_GALLERY_PORT}`,
      url: gallery,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    },
  ],
});
