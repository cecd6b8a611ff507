/**
 * The tests of the dashboard in a browser: the system's Chromium against a real server. With
 * SCREENSHOTS set to a folder, pictures of the pages are written there instead; with FIGURES set,
 * figures are measured.
 */
const { existsSync } = require('node:fs');

const MINUTE_MS = 60_000;

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  throw new Error(
    `The tests of the dashboard need Chromium, and there is no ${executablePath}. ` +
      'Install the package chromium of Debian, or set CHROMIUM to the path of the program.',
  );
}

module.exports = {
  testDir: __dirname,
  testMatch: matchFiles(),
  outputDir: '../dist/test-results',
  reporter: [['list']],
  // Each worker has a server with a fleet of its own. Tests that wait for the clock of a server or
  // for its next round run beside the others, which use the processor.
  workers: 2,
  projects: projects(),
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // A hang detector on a busy machine, as that of jest.
  timeout: MINUTE_MS * 2,
  expect: { timeout: MINUTE_MS / 2 },
  use: {
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    locale: 'en-GB',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
};

function projects() {
  const all = [
    { name: 'pages', grepInvert: /@waits/, workers: 1 },
    { name: 'waits', grep: /@waits/, workers: 1 },
  ];
  return process.env.SCREENSHOTS || process.env.FIGURES ? all.slice(0, 1) : all;
}

function matchFiles() {
  if (process.env.SCREENSHOTS) return '**/screenshots.ts';
  return process.env.FIGURES ? '**/*.figure.ts' : '**/*.spec.ts';
}
