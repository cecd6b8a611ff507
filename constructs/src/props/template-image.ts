/** The source of an image. */
export class TemplateImage {
  /** The image of a template that comes with NovaCron, such as `debian-12`. */
  public static builtIn(name: string): TemplateImage {
    return new TemplateImage(`builtin:${name}`);
  }

  /**
   * An image at an https address.
   * @param url - the address
   * @param checksum - `sha256:` and 64 hexadecimal digits; nodes reject an image with another
   *   checksum
   */
  public static fromUrl(url: string, checksum?: string): TemplateImage {
    return new TemplateImage(url, checksum);
  }

  /** The image as the server knows it. */
  public readonly reference: string;
  /** The required checksum of the image; undefined: not checked. */
  public readonly checksum?: string;

  private constructor(reference: string, checksum?: string) {
    this.reference = reference;
    this.checksum = checksum;
  }
}
