/** To which run the answer of a create belongs, in the embedded store. */
import { describeClaims } from '../test-kit/claims-suite.ts';

describeClaims('SQLite');
