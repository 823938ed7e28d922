import { statfsSync } from 'node:fs';

/** Linux's numbers for file systems over a network: NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P, FUSE of sshfs is not told apart. */
const networks = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x01021997]);

/**
 * True where it is known that a folder lies on another machine: there, neither locks nor SQLite's log can be relied
 * on. Windows says so in the path, Linux in the file system's type; macOS says nothing.
 * @param folder absolute path that exists.
 */
export function isOnNetwork(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  typeOf: (folder: string) => number = (one) => statfsSync(one).type,
): boolean {
  if (platform === 'win32') return /^\\\\(?![?.]\\)|^\\\\\?\\UNC\\/i.test(folder);
  return platform === 'linux' && networks.has(typeOf(folder) >>> 0);
}
