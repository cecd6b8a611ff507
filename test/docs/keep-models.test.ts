/** Follows docs/how-to/keep-models.md against a server. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/keep-models.md', 'data-models');
