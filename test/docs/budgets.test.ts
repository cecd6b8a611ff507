/** Follows docs/how-to/budgets.md against a server. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/budgets.md', 'data-budgets');
