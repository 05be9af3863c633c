// A Chromium and its pages for our own scripts beside the harness (`bench/flame`, `bench/turns`), as the harness has them.
import { chromium } from 'playwright-core';
import { Peer } from './gesture.mjs';

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** A page with nothing cached, whose `peer` times what is done there. */
export async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript({ path: './lib/inpage.js' });
  const peer = new Peer(page, await context.newCDPSession(page));
  await peer.cdp.send('Performance.enable');
  return { context, page, peer };
}
