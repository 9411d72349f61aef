/** Whether an address of a case's file is that of a page of the web: only such ones become links. */
export const isPage = (address: string): boolean => /^https?:\/\/[^\s/?#]/i.test(address);

/** The address of a source: a link, or the text as the case has it. */
export function Out({ address }: { address: string }) {
  if (!isPage(address)) return <>{address}</>;
  return (
    <a href={address} rel="noreferrer noopener" target="_blank">
      {address}
    </a>
  );
}
