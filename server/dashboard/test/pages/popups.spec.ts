/** Barriers that axe finds in what opens over a page: dialogs, palette, menu, folded parts. */
import { expect, type Page } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, test } from '../support/fixtures.ts';
import { makeDriftedVm, type Seeded } from '../support/seed.ts';

/** Something that opens, and on which page. */
interface Popup {
  readonly name: string;
  readonly path: (seeded: Seeded) => string;
  readonly open: (page: Page) => Promise<void>;
}

/** A dialog that a button opens. */
const pressed = (name: string | RegExp, dialog: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).first().click();
  const shown = page.getByRole('dialog', { name: dialog });
  await expect(shown).toBeVisible();
  await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
};

const bulk = (action: string) => async (page: Page) => {
  await page.getByRole('checkbox', { name: 'Select e2e-web-01' }).check();
  await page.getByRole('checkbox', { name: 'Select e2e-web-02' }).check();
  await pressed(action, `${action} 2 VMs`)(page);
};

const ofVm = ({ vmIds }: Seeded) => `/vms/${vmIds[0]}`;

const POPUPS: readonly Popup[] = [
  {
    name: 'palette',
    path: () => '/',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill('vm');
      await expect(page.getByRole('dialog').getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'menu of a narrow window',
    path: () => '/',
    open: async (page) => {
      await page.setViewportSize({ width: 400, height: 800 });
      await page.getByRole('button', { name: 'Menu' }).click();
      await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
    },
  },
  { name: 'stop a VM', path: ofVm, open: pressed('Stop', /^Stop e2e-web-01/) },
  { name: 'update a VM', path: ofVm, open: pressed('Update', /^Update e2e-web-01/) },
  { name: 'delete a VM', path: ofVm, open: pressed('Delete', /^Delete e2e-web-01/) },
  { name: 'migrate a VM', path: ofVm, open: pressed('Migrate', /^Migrate e2e-web-01/) },
  {
    name: 'why a button is off',
    path: ofVm,
    open: async (page) => {
      const start = page.getByRole('button', { name: 'Start', exact: true });
      await start.focus();
      await expect(page.getByRole('tooltip').first()).toBeVisible();
    },
  },
  { name: 'stop many VMs', path: () => '/vms?sort=name', open: bulk('Stop') },
  { name: 'delete many VMs', path: () => '/vms?sort=name', open: bulk('Delete') },
  {
    name: 'drain a node',
    path: () => '/fleet',
    open: async (page) => {
      await page.locator('main a[href*="/fleet/"]').first().click();
      await pressed(/^Drain/, /^Drain /)(page);
    },
  },
  {
    name: 'revert drift',
    path: () => '/drift',
    open: async (page) => {
      await page
        .getByRole('button', { name: /^Revert/ })
        .first()
        .click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
    },
  },
  {
    name: 'change a setting',
    path: () => '/settings',
    open: async (page) => {
      await page
        .getByRole('button', { name: /^Change/ })
        .first()
        .click();
      await expect(page.getByRole('dialog', { name: /^Change / })).toBeVisible();
    },
  },
  {
    name: 'moments of a form',
    path: () => '/waivers/new',
    open: async (page) => {
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      for (const part of await page.locator('main details').all()) {
        await part.evaluate((element) => element.setAttribute('open', ''));
      }
    },
  },
  {
    name: 'folded parts of a form',
    path: () => '/vms/new',
    open: async (page) => {
      await expect(page.getByRole('heading', { level: 1, name: 'Create VM' })).toBeVisible();
      for (const part of await page.locator('main details').all()) {
        await part.evaluate((element) => element.setAttribute('open', ''));
      }
    },
  },
];

for (const theme of ['light', 'dark'] as const) {
  test(`nothing that opens has a barrier in ${theme}`, async ({
    signedIn: page,
    server,
    seeded,
  }) => {
    await makeDriftedVm(server, `e2e-popup-${theme}`);
    await page.emulateMedia({ colorScheme: theme });
    await loadAxe(page);
    const found: unknown[] = [];
    for (const { name, path, open } of POPUPS) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await openPage(page, path(seeded));
      await open(page);
      const barriers = await findBarriers(page);
      if (barriers.length > 0) found.push({ name, barriers });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    expect(found).toEqual([]);
  });
}
