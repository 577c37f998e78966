import { defineConfig, devices, type PlaywrightTestOptions } from '@playwright/test';
import { chromium, chromiumArgs, fakeDevices, freePort } from './start-servers.mjs';

// Chosen once. The workers, which read this file too, get the ports from the environment.
process.env.ANSLUT_DEMO_PORT ??= String(await freePort());
process.env.ANSLUT_PROVIDER_PORT ??= String(await freePort());
process.env.ANSLUT_GALLERY_PORT ??= String(await freePort());
// With ANSLUT_URL the stories run against a demo that is running already.
const running = process.env.ANSLUT_URL && new URL(process.env.ANSLUT_URL).origin;
const demo = running ?? `http://127.0.0.1:${process.env.ANSLUT_DEMO_PORT}`;
const gallery = `http://127.0.0.1:${process.env.ANSLUT_GALLERY_PORT}`;

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  userAgent: devices['Pixel 7'].userAgent,
};

/** All stories, for one size of screen, with or without scripts. */
const story = (name: string, use: Partial<PlaywrightTestOptions>) => ({
  name,
  // The check of the papers runs the story in docs/testing.md.
  testDir: process.env.ANSLUT_STORIES ?? 'stories',
  use: { ...use, baseURL: demo },
});

const stories = [
  story('desktop', desktop),
  story('phone', phone),
  story('desktop, no scripts', { ...desktop, javaScriptEnabled: false }),
  story('phone, no scripts', { ...phone, javaScriptEnabled: false }),
];

const figures = {
  name: 'figures',
  testDir: 'figures',
  retries: 0,
  use: { ...desktop, launchOptions: { executablePath: chromium(), args: [...chromiumArgs, ...fakeDevices] } },
};

export default defineConfig({
  outputDir: 'results',
  fullyParallel: true,
  workers: process.env.ANSLUT_WORKERS ? Number(process.env.ANSLUT_WORKERS) : 2,
  // On a busy machine a page can take longer than a story waits. A test that passes only on its second try is
  // listed as flaky at the end: look into it.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  timeout: 30_000,
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: chromium(), args: chromiumArgs },
    locale: 'sv-SE',
    timezoneId: 'Europe/Stockholm',
    // Recording takes a third of a story's time.
    trace: 'on-first-retry',
  },
  projects: running
    ? stories
    : [
        ...stories,
        // These start their own servers.
        { name: 'servers', testDir: 'servers', use: desktop },
        { name: 'servers, no scripts', testDir: 'servers', use: { ...desktop, javaScriptEnabled: false } },
        // Built-in rooms, with a fake camera and microphone.
        {
          name: 'meetings',
          testDir: 'meetings',
          // Each has several browsers that encode pictures. Side by side they would be starved.
          workers: 1,
          use: {
            ...desktop,
            baseURL: demo,
            permissions: ['camera', 'microphone'],
            launchOptions: { executablePath: chromium(), args: [...chromiumArgs, ...fakeDevices] },
          },
        },
        // `make bench-rooms` alone: figures of the program as it is released.
        ...(process.env.ANSLUT_FIGURES ? [figures] : []),
        { name: 'gallery', testDir: 'gallery', use: { ...desktop, baseURL: gallery } },
      ],
  webServer: running
    ? []
    : [
        {
          command: `node start-servers.mjs stories ${process.env.ANSLUT_DEMO_PORT} ${process.env.ANSLUT_PROVIDER_PORT}`,
          url: `${demo}/readyz`,
          // Its log would appear between the tests' names.
          stderr: 'ignore',
          gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
        },
        {
          command: `node start-servers.mjs gallery ${process.env.ANSLUT_GALLERY_PORT}`,
          url: gallery,
          gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
        },
      ],
});
