import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { Part } from './contents.ts';

export interface Delivered {
  /** Of the image: `localhost/nodelocal-drill-probe:1`. */
  readonly reference: string;
  readonly architecture: string;
  /** Of the archive's image, `sha256:…`. */
  readonly digest: string;
  readonly suiteVersion: string;
  readonly parts: readonly Part[];
}

/** The contents of an image as CycloneDX 1.6 in JSON. The same parts give the same text: it has no time and no serial number. */
export function billOfMaterials({ reference, architecture, digest, suiteVersion, parts }: Delivered): string {
  const image = new Models.Component(Enums.ComponentType.Container, reference, {
    bomRef: 'image',
    version: suiteVersion,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest.replace('sha256:', '')]]),
    properties: new Models.PropertyRepository([new Models.Property('nodelocal-drill:architecture', architecture)]),
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: image }) });
  for (const part of new Map(parts.map((each) => [each.purl, each])).values()) {
    const component = new Models.Component(Enums.ComponentType.Library, part.name, {
      bomRef: part.purl,
      version: part.version,
      purl: part.purl,
    });
    if (part.license !== null) component.licenses.add(new Models.NamedLicense(part.license));
    bom.components.add(component);
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}
