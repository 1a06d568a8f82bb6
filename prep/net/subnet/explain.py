"""How a network is computed by hand, as a teacher writes it on the board: the binary and the block-size method."""

from prep.net.subnet.address import ALL, BITS, MASK, Network, expanded, text_of
from prep.net.subnet.describe import broadcast, hosts, usable_hosts

Steps = list[str]


def binary(number: int, border: int) -> str:
    """The 32 bits in octets, with `|` where the network part ends.

    >>> binary(0x0A000005, 23)
    '00001010.00000000.0000000|0.00000101'
    """
    bits = f"{number:032b}"
    marked = [("|" if at == border else "") + ("." if at and at % 8 == 0 else "") + bit for at, bit in enumerate(bits)]
    return "".join(marked) + ("|" if border == 32 else "")


def explain(net: Network, lang: str) -> Steps:
    """The steps from the address and prefix to network, broadcast and hosts, in English or Chinese."""
    if net.version == 6:
        return _ipv6_zh(net) if lang == "zh" else _ipv6_en(net)
    return _ipv4_zh(net) if lang == "zh" else _ipv4_en(net)


class Block:
    """The numbers of the block-size method: the octet in which the border falls, and its multiples."""

    def __init__(self, net: Network) -> None:
        place = max(0, (net.prefix - 1) // 8)
        shift = 24 - 8 * place
        self.octet = place + 1
        self.mask = MASK[4][net.prefix] >> shift & 255
        self.size = 256 - self.mask
        self.value = net.address >> shift & 255
        self.start = self.value // self.size * self.size
        self.next = self.start + self.size


def _rows(net: Network) -> list[str]:
    return [binary(number, net.prefix) for number in (net.address, MASK[4][net.prefix], net.first, net.last)]


def _ipv4_en(net: Network) -> Steps:
    address, mask, first, last = _rows(net)
    block, prefix = Block(net), net.prefix
    low, high = (text_of(4, number) for number in hosts(net))
    steps = [
        f"Binary method: /{prefix} is {prefix} ones, then {32 - prefix} zeros; | is the border.",
        f"  address    {address}  {text_of(4, net.address)}",
        f"  mask       {mask}  {text_of(4, MASK[4][prefix])}",
        f"  AND        {first}  {text_of(4, net.first)}  = network",
        f"  host ones  {last}  {text_of(4, net.last)}  = {'last address' if broadcast(net) is None else 'broadcast'}",
        f"Block-size method: the border falls in octet {block.octet}, where the mask has {block.mask}.",
        f"  block size 256 - {block.mask} = {block.size}; blocks begin at 0, {block.size}, {2 * block.size}, …"
        if block.size < 128
        else f"  block size 256 - {block.mask} = {block.size}",
        f"  {block.value} lies in the block {block.start}–{block.next - 1}; behind it 0 in the network, 255 at the end",
    ]
    if prefix == 32:
        return [*steps, "Hosts: a /32 is one address, the host itself; no network, no broadcast address."]
    if prefix == 31:
        return [
            *steps,
            f"Hosts: a /31 has two addresses and both are hosts (RFC 3021): {low} and {high}; no broadcast.",
        ]
    return [
        *steps,
        f"Hosts: all but network and broadcast, 2^(32-{prefix}) - 2 = {net.total} - 2 = {usable_hosts(4, prefix)}.",
        f"  first {low} = network + 1, last {high} = broadcast - 1",
    ]


def _ipv4_zh(net: Network) -> Steps:
    address, mask, first, last = _rows(net)
    block, prefix = Block(net), net.prefix
    low, high = (text_of(4, number) for number in hosts(net))
    steps = [
        f"二进制法：/{prefix} 就是 {prefix} 个 1 后面跟 {32 - prefix} 个 0；| 是网络位与主机位的分界。",
        f"  地址      {address}  {text_of(4, net.address)}",
        f"  掩码      {mask}  {text_of(4, MASK[4][prefix])}",
        f"  按位与    {first}  {text_of(4, net.first)}  = 网络地址",
        f"  主机位全1 {last}  {text_of(4, net.last)}  = " + ("广播地址" if broadcast(net) is not None else "末地址"),
        f"块大小法：分界落在第 {block.octet} 个字节，该字节的掩码是 {block.mask}。",
        f"  块大小 256 - {block.mask} = {block.size}；各块从 0、{block.size}、{2 * block.size}……开始"
        if block.size < 128
        else f"  块大小 256 - {block.mask} = {block.size}",
        f"  {block.value} 落在 {block.start} 到 {block.next - 1} 这一块；其后的字节：网络地址为 0，末尾为 255",
    ]
    if prefix == 32:
        return [*steps, "主机：/32 只有一个地址，就是主机自己；没有网络地址和广播地址。"]
    if prefix == 31:
        return [*steps, f"主机：/31 有两个地址，都可以给主机用（RFC 3021）：{low} 和 {high}；没有广播地址。"]
    return [
        *steps,
        f"主机：除去网络地址和广播地址，2^(32-{prefix}) - 2 = {net.total} - 2 = {usable_hosts(4, prefix)}。",
        f"  首个 {low} = 网络地址 + 1，末个 {high} = 广播地址 - 1",
    ]


def _ipv6_en(net: Network) -> Steps:
    prefix, bits = net.prefix, BITS[6] - net.prefix
    low, high = (text_of(6, number) for number in hosts(net))
    whole, rest = divmod(prefix, 4)
    return [
        "Write it out: eight groups of four hex digits, 4 bits a digit.",
        f"  address    {expanded(6, net.address)}",
        f"  /{prefix} keeps {whole} whole digits"
        + (f" and {rest} bits of the next one" if rest else "; the border falls between two digits"),
        f"  mask       {expanded(6, MASK[6][prefix])}",
        f"  AND        {expanded(6, net.first)}",
        f"  network    {text_of(6, net.first)} (RFC 5952: lower case, no leading zeros, longest run of zeros as ::)",
        f"  last       {expanded(6, net.first | ALL[6] >> prefix)}",
        f"Addresses: 2^(128-{prefix}) = 2^{bits} = {net.total}; IPv6 has no broadcast address.",
        _anycast_en(net, low, high),
    ]


def _anycast_en(net: Network, low: str, high: str) -> str:
    if net.prefix == 128:
        return f"Host: the one address, {low}."
    if net.prefix == 127:
        return f"Hosts: both, {low} and {high} (RFC 6164: no Subnet-Router anycast on a /127)."
    return f"Hosts: from {low} to {high}; host part zero is the Subnet-Router anycast address (RFC 4291 §2.6.1)."


def _ipv6_zh(net: Network) -> Steps:
    prefix, bits = net.prefix, BITS[6] - net.prefix
    low, high = (text_of(6, number) for number in hosts(net))
    whole, rest = divmod(prefix, 4)
    if prefix == 128:
        last = f"主机：只有一个地址 {low}。"
    elif prefix == 127:
        last = f"主机：两个地址 {low} 和 {high} 都可用（RFC 6164：/127 上没有子网路由器任播地址）。"
    else:
        last = f"主机：从 {low} 到 {high}；主机部分全 0 的是子网路由器任播地址（RFC 4291 §2.6.1）。"
    return [
        "先展开：八组，每组四个十六进制数字，一个数字 4 位。",
        f"  地址    {expanded(6, net.address)}",
        f"  /{prefix} 保留 {whole} 个完整的数字"
        + (f"，再加下一个数字的前 {rest} 位" if rest else "，分界正好在两个数字之间"),
        f"  掩码    {expanded(6, MASK[6][prefix])}",
        f"  按位与  {expanded(6, net.first)}",
        f"  网络    {text_of(6, net.first)}（RFC 5952：小写，去掉前导零，最长的一串零写成 ::）",
        f"  末地址  {expanded(6, net.first | ALL[6] >> prefix)}",
        f"地址数：2^(128-{prefix}) = 2^{bits} = {net.total}；IPv6 没有广播地址。",
        last,
    ]
