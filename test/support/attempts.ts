import type { Bait } from './bait.ts';

/** One way out of the cluster: a script for `sh` as root, whose last line is "reached" when it got there. It harms nothing where it does. */
export interface Attempt {
  readonly what: string;
  readonly script: string;
  /** What it says, inside, of why it got nowhere: a script that fails for another reason proves nothing. */
  readonly refused: RegExp;
  /** This says on the machine that its kernel does not have what is tried. */
  readonly absent?: RegExp;
}

const notPermitted = /Operation not permitted/;

/** Every attempt of a privileged pod with the node's files, network and processes. */
export function attempts(bait: Bait): readonly Attempt[] {
  return [
    {
      what: 'a file, by its path, in the root of any process',
      script: `for root in '' /proc/[0-9]*/root; do grep -qs ${bait.secret} "$root${bait.file}" && echo reached && exit; done; echo not found`,
      refused: /^not found$/,
    },
    {
      what: 'a process',
      script: `for each in /proc/[0-9]*/cmdline; do case $each in /proc/$$/*) ;; *) tr '\\0' '\\n' < $each 2>/dev/null | grep -qx ${bait.process} && echo reached && exit;; esac; done; echo not found`,
      refused: /^not found$/,
    },
    ...bait.addresses.map((address) => ({
      what: `a listener on ${address}`,
      script: perl(
        `socket(my $s, AF_INET, SOCK_STREAM, 0) or die "socket: $!"; alarm 5; $SIG{ALRM} = sub { print "timed out\\n"; exit };
         connect($s, pack_sockaddr_in(${bait.port}, inet_aton("${address}"))) or die "connect: $!";`,
      ),
      refused: /Connection refused|Network is unreachable|No route to host|timed out/,
    })),
    {
      what: 'a Unix socket',
      script: connectUnix(bait.unixSocket),
      refused: /No such file or directory/,
    },
    {
      what: 'an abstract Unix socket',
      script: connectUnix(`\\0${bait.abstractSocket}`),
      refused: /Connection refused/,
    },
    {
      what: 'a vsock, which leads out of a virtual machine',
      script: perl('socket(my $s, 40, SOCK_STREAM, 0) or die "socket: $!";'),
      refused: /Address family not supported/,
      absent: /Address family not supported/,
    },
    ...(bait.disk === ''
      ? []
      : [
          {
            what: 'a disk',
            script: inFolder(`mknod disk b ${bait.disk} && head -c 1 disk > /dev/null && echo reached`),
            refused: /mknod: .*not permitted/,
            // A machine that is itself in a sandbox may not open it either.
            absent: /cannot open 'disk'/,
          },
        ]),
    {
      what: "the machine's /dev: devtmpfs",
      // A loop device without a file reads as empty.
      script: inFolder('mkdir d && mount -t devtmpfs none d && head -c 1 d/loop0 > /dev/null && echo reached'),
      refused: /cannot open 'd.loop0'.*not permitted/,
      absent: /No such file|unknown filesystem/,
    },
    {
      what: 'a disk of any number, the memory, a terminal of the machine',
      // 10:237 is loop-control, 1:1 mem, 4:0 tty0 (Documentation/admin-guide/devices.txt).
      script: inFolder('mknod a c 10 237 || mknod b c 1 1 || mknod c c 4 0 || mknod d b 7 0 || exit; echo reached'),
      refused: notPermitted,
    },
    ...['kernel/core_pattern', 'vm/overcommit_memory', 'fs/file-max'].map((name) => ({
      what: `the machine's ${name}, through another mount of proc`,
      // What is written is what is there.
      script: inFolder(
        `mkdir p && mount -t proc proc p && value=$(cat p/sys/${name}) && cat p/sys/${name} > /dev/null && /usr/bin/printf '%s' "$value" > p/sys/${name} && echo reached`,
      ),
      refused: notPermitted,
    })),
    {
      what: 'the release agent of a cgroup hierarchy of its own',
      script: inFolder(
        'mkdir g && mount -t cgroup -o none,name=nodelocal-drill-try none g && ls g/release_agent && echo reached',
      ),
      refused: /permission denied|not permitted/i,
      absent: /unknown filesystem type/,
    },
    {
      what: 'a file by its number: open_by_handle_at',
      script: inFolder(
        `touch f && ${perl(
          `my $f = "f"; my $handle = pack("Ii", 128, 0) . ("\\0" x 128); my $mount = pack("i", 0);
           syscall(${call('name_to_handle_at')}, -100, $f, $handle, $mount, 0) == 0 or die "name_to_handle_at: $!";
           opendir(my $d, ".") or die; sysopen(my $here, ".", 0200000) or die "open: $!";
           syscall(${call('open_by_handle_at')}, fileno $here, $handle, 0) >= 0 or die "open_by_handle_at: $!";`,
        )}`,
        '/dev/shm',
      ),
      refused: notPermitted,
    },
    {
      what: "a key of the machine's root",
      script: perl(
        `my ($type, $name) = ("user", "${bait.key}"); syscall(${call('keyctl')}, 10, -4, $type, $name, 0) > 0 or die "keyctl: $!";`,
      ),
      refused: /Function not implemented/,
    },
    ...Object.entries(refusedCalls).map(([name, { args, refused, absent }]) => ({
      what: `${name}(2), with arguments that it does not take`,
      script: perl(
        `my $r = syscall(${call(name)}, ${args}); my $e = $!; print "errno: $e\\n" if $r < 0;
         exit if $r < 0 && $e =~ /not permitted|not implemented/;`,
      ),
      refused,
      ...(absent === undefined ? {} : { absent }),
    })),
    {
      what: 'capabilities that rule the whole machine',
      // CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_BOOT, CAP_SYS_TIME (linux/capability.h), any of them.
      script: perl(
        `open(my $f, "<", "/proc/self/status"); my ($have) = map { /^CapEff:\\s*(\\w+)/ ? hex $1 : () } <$f>;
         $have & (1<<16 | 1<<17 | 1<<22 | 1<<25) or die "none of them";`,
      ),
      refused: /none of them/,
    },
  ];
}

const refusedCalls: Readonly<
  Record<string, { readonly args: string; readonly refused: RegExp; readonly absent?: RegExp }>
> = {
  perf_event_open: { args: '0, 0, 0, -1, 99', refused: notPermitted },
  // BPF_RAW_TRACEPOINT_OPEN.
  bpf: { args: '17, 0, 0', refused: notPermitted },
  // Without its magic numbers it does nothing.
  reboot: { args: '0, 0, 0, 0', refused: notPermitted },
  swapoff: { args: '0', refused: notPermitted },
  io_uring_setup: { args: '0, 0', refused: /Function not implemented/, absent: /Function not implemented/ },
};

/** Numbers of asm/unistd_64.h of x86, and of asm-generic/unistd.h. */
const numbers: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  keyctl: [250, 219],
  perf_event_open: [298, 241],
  bpf: [321, 280],
  reboot: [169, 142],
  swapoff: [168, 225],
  io_uring_setup: [425, 425],
};

function call(name: string): number {
  const known = numbers[name];
  if (known === undefined) throw new Error(`no number of ${name} is known`);
  return process.arch === 'arm64' ? known[1] : known[0];
}

/** Every Debian has perl (perl-base), which can call the kernel by number. */
function perl(program: string): string {
  const quoted = `use Socket; ${program} print "reached\\n";`.replaceAll("'", `'"'"'`);
  return `perl -e '${quoted}'`;
}

function connectUnix(path: string): string {
  return perl(
    `socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!"; connect($s, pack_sockaddr_un("${path}")) or die "connect: $!";`,
  );
}

/** In a folder of its own, and mounts of its own, that are gone with the script. */
function inFolder(script: string, parent = '/tmp'): string {
  const inside = `cd "$1" && ${script}`.replaceAll("'", `'"'"'`);
  return `d=$(mktemp -d -p ${parent}) && { unshare --mount --propagation private sh -c '${inside}' sh "$d"; rm -rf --one-file-system "$d"; }`;
}
