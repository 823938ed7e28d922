import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Takes a picture for a person who asked for them with `--pictures` to look at, in `out/pictures`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!process.env.TAVORA_PICTURES) {
    return;
  }
  const folder = path.join(process.cwd(), 'out/pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
