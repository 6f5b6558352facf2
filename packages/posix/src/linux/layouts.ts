/**
 * Where the fields of the kernel's structures are, in bytes; all little-endian, as x64 and arm64 are. A test holds them to
 * the system's own headers.
 */
export const layouts = {
  sockaddr_in: { size: 16, fields: { sin_family: 0, sin_port: 2, sin_addr: 4 } },
  sockaddr_in6: {
    size: 28,
    fields: { sin6_family: 0, sin6_port: 2, sin6_flowinfo: 4, sin6_addr: 8, sin6_scope_id: 24 },
  },
  sockaddr_un: { size: 110, fields: { sun_family: 0, sun_path: 2 } },
  sockaddr_storage: { size: 128, fields: { ss_family: 0 } },
  linger: { size: 8, fields: { l_onoff: 0, l_linger: 4 } },
  timespec: { size: 16, fields: { tv_sec: 0, tv_nsec: 8 } },
  sock_extended_err: { size: 16, fields: { ee_errno: 0, ee_origin: 4, ee_type: 5, ee_code: 6, ee_info: 8 } },
  timeval: { size: 16, fields: { tv_sec: 0, tv_usec: 8 } },
  ip_mreqn: { size: 12, fields: { imr_multiaddr: 0, imr_address: 4, imr_ifindex: 8 } },
  ipv6_mreq: { size: 20, fields: { ipv6mr_multiaddr: 0, ipv6mr_interface: 16 } },
  ucred: { size: 12, fields: { pid: 0, uid: 4, gid: 8 } },
  iovec: { size: 16, fields: { iov_base: 0, iov_len: 8 } },
  /** musl has 4 bytes of padding where glibc's lengths are 8 bytes long: the kernel's are, and padding is 0. */
  msghdr: {
    size: 56,
    fields: {
      msg_name: 0,
      msg_namelen: 8,
      msg_iov: 16,
      msg_iovlen: 24,
      msg_control: 32,
      msg_controllen: 40,
      msg_flags: 48,
    },
  },
  mmsghdr: { size: 64, fields: { msg_hdr: 0, msg_len: 56 } },
  cmsghdr: { size: 16, fields: { cmsg_len: 0, cmsg_level: 8, cmsg_type: 12 } },
  pollfd: { size: 8, fields: { fd: 0, events: 4, revents: 6 } },
} as const;

/** The one structure that differs: the kernel packs it on x64 alone. Source: linux/eventpoll.h, EPOLL_PACKED. */
export const epollEvents = {
  x64: { size: 12, fields: { events: 0, data: 4 } },
  arm64: { size: 16, fields: { events: 0, data: 8 } },
} as const;

/** As glibc and musl order it; core and C agree on it by `memcpy()` alone. Source: getaddrinfo(3). */
export const addrinfo = {
  size: 48,
  fields: { ai_flags: 0, ai_family: 4, ai_socktype: 8, ai_protocol: 12, ai_addrlen: 16, ai_addr: 24, ai_next: 40 },
} as const;

/** The fields that are read; kernels and C libraries know more or fewer after them. Source: linux/tcp.h. */
export const tcpInfo = {
  size: 104,
  fields: {
    tcpi_state: 0,
    tcpi_unacked: 24,
    tcpi_rtt: 68,
    tcpi_rttvar: 72,
    tcpi_snd_cwnd: 80,
    tcpi_total_retrans: 100,
  },
} as const;
