/**
 * Writes the extension for Visual Studio Code as a .vsix, which is a zip archive with a manifest.
 *
 *   node server/cli/build/package-vscode.mjs [directory]
 *
 * Source of the format: the Open Packaging Conventions, and what `vsce package` writes.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const topLevel = resolve(import.meta.dirname, '../../..');
const { writeZip } = await import(join(topLevel, 'provider/dist/install/write-zip.js'));
const [, , directory = join(topLevel, 'server/cli/dist/release')] = process.argv;

const home = join(topLevel, 'server/cli/editors/vscode');
const about = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

const TYPES = {
  json: 'application/json',
  cjs: 'application/javascript',
  md: 'text/markdown',
  txt: 'text/plain',
  vsixmanifest: 'text/xml',
};

const files = readdirSync(home, { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile())
  .map((each) => join(each.parentPath, each.name).slice(home.length + 1))
  .sort();
const entries = [
  ['extension.vsixmanifest', Buffer.from(manifest())],
  ['[Content_Types].xml', Buffer.from(contentTypes())],
  ['extension/LICENSE.txt', readFileSync(join(topLevel, 'LICENSE'))],
  ...files.map((file) => [`extension/${file}`, readFileSync(join(home, file))]),
].map(([name, content]) => ({ name, content, mode: 0o644 }));

mkdirSync(directory, { recursive: true });
const target = join(directory, `${about.name}-${about.version}.vsix`);
writeFileSync(target, writeZip(entries));

/** Returns the manifest for the editor and its marketplace. */
function manifest() {
  const { name, displayName, description, version, publisher, engines } = about;
  const identity = `Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"`;
  const asset = (type, path) =>
    `    <Asset Type="Microsoft.VisualStudio.${type}" Path="${path}" Addressable="true"/>\n`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity ${identity}/>
    <DisplayName>${escapeXml(displayName)}</DisplayName>
    <Description xml:space="preserve">${escapeXml(description)}</Description>
    <Tags>${escapeXml(about.keywords.join(','))}</Tags>
    <Categories>${escapeXml(about.categories.join(','))}</Categories>
    <License>extension/LICENSE.txt</License>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${escapeXml(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
${asset('Code.Manifest', 'extension/package.json')}${asset(
  'Services.Content.Details',
  'extension/README.md',
)}${asset('Services.Content.License', 'extension/LICENSE.txt')}  </Assets>
</PackageManifest>
`;
}

function contentTypes() {
  const lines = Object.entries(TYPES).map(
    ([ending, type]) => `  <Default Extension=".${ending}" ContentType="${type}"/>\n`,
  );
  const space = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const head = `<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="${space}">\n`;
  return `${head}${lines.join('')}</Types>\n`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
