/** Program: writes the reference page of the configuration to standard output. */
import { renderConfigurationPage } from './render-configuration-page.ts';

process.stdout.write(renderConfigurationPage());
