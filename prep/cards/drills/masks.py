"""Drills: masks, prefixes, wildcards, block sizes, and the access lists that use them."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, dotted
from prep.cards.drills.shared import (
    AND,
    BLOCK_HINTS,
    CIDR,
    CISCO,
    PREFIXES,
    drill,
    mask,
    prefix_in,
    sized,
    slip,
    steps,
    wildcard,
)
from prep.net.subnet.address import ALL, Network, mask_length
from prep.net.subnet.explain import Block

WHOLE = Text("Eight ones in an octet are 255.", "一个字节八个 1 就是 255。")


ROW = Text("In the octet of the border: 128 192 224 240 248 252 254.", "分界字节的取值：128 192 224 240 248 252 254。")


MASK_HINTS = (WHOLE, ROW)


INVERSE = Text("255 minus each octet of the mask.", "用 255 逐字节减去掩码。")


def places(prefix: int) -> tuple[str, str]:
    """A line of a solution: the octet of the border and what the mask has there."""
    block = Block(Network(4, 0, prefix))
    whole = block.octet - 1
    ones = prefix - 8 * whole
    return (
        f"/{prefix} = {whole} × 8 + {ones}: {whole} × 255, then {block.mask:08b} = {block.mask}",
        f"/{prefix} = {whole} × 8 + {ones}：先是 {whole} 个 255，再是 {block.mask:08b} = {block.mask}",
    )


def in_octet(prefix: int, value: int) -> str:
    """A dotted quad like the mask, with another value in the octet of the border."""
    block = Block(Network(4, 0, prefix))
    shift = 32 - 8 * block.octet
    return dotted((ALL[4] << shift + 8 & ALL[4]) | value << shift)


@drill(
    "v4-prefix-to-mask@1",
    Text("Prefix to mask", "前缀长度换算成子网掩码"),
    Text("n ones, then zeros, read octet by octet.", "前 n 位为 1，其余为 0，逐字节换算。"),
    CIDR,
)
def prefix_to_mask(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    block = Block(Network(4, 0, prefix))
    return Question(
        ask=Text(f"Write /{prefix} as a dotted mask.", f"把 /{prefix} 写成点分十进制的子网掩码。"),
        form="address",
        answer=mask(prefix),
        solution=steps(places(prefix), (f"mask {mask(prefix)}", f"掩码 {mask(prefix)}")),
        hints=MASK_HINTS,
        slips=(
            slip(wildcard(prefix), "That is the wildcard: zeros first.", "这是反掩码（通配符掩码）。"),
            slip(mask(prefix + 1), "One bit too many.", "多了一位 1。"),
            slip(mask(prefix - 1), "One bit too few.", "少了一位 1。"),
            slip(
                in_octet(prefix, block.size),
                "That octet is the block size, not the mask.",
                "该字节写成了块大小，不是掩码。",
            ),
        ),
    )


@drill(
    "v4-mask-to-prefix@1",
    Text("Mask to prefix", "子网掩码换算成前缀长度"),
    Text(
        "Count the ones: 8 for each 255, then those of the next octet.",
        "数 1 的个数：每个 255 算 8 个，再加下一个字节里的。",
    ),
    CIDR,
)
def mask_to_prefix(dice: Dice, band: int) -> Question:
    shown = mask(prefix_in(dice, band))
    prefix = mask_length(shown)
    return Question(
        ask=Text(f"What is the prefix length of the mask {shown}?", f"子网掩码 {shown} 对应的前缀长度是多少？"),
        form="length",
        answer=f"/{prefix}",
        solution=steps(places(prefix)),
        hints=MASK_HINTS,
        slips=(
            slip(f"/{32 - prefix}", "That counts the zeros, the host bits.", "这数的是 0，也就是主机位。"),
            slip(f"/{(prefix - 1) % 8 + 1}", "That counts one octet only.", "只数了一个字节。"),
            slip(f"/{(prefix - 1) // 8 * 8}", "That counts the octets of 255 only.", "只数了值为 255 的字节。"),
            slip(f"/{prefix + 1}", "One too many.", "多数了一位。"),
            slip(f"/{prefix - 1}", "One too few.", "少数了一位。"),
        ),
    )


@drill(
    "v4-prefix-to-wildcard@1",
    Text("Prefix to wildcard mask", "前缀长度换算成反掩码"),
    Text("255.255.255.255 minus the mask.", "255.255.255.255 减去子网掩码。"),
    (CISCO, "Masks"),
)
def prefix_to_wildcard(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    return Question(
        ask=Text(f"Write the wildcard mask of a /{prefix}.", f"写出 /{prefix} 对应的反掩码（通配符掩码）。"),
        form="address",
        answer=wildcard(prefix),
        solution=steps(
            places(prefix),
            (
                f"255.255.255.255 - {mask(prefix)} = {wildcard(prefix)}",
                f"255.255.255.255 - {mask(prefix)} = {wildcard(prefix)}",
            ),
        ),
        hints=(ROW, INVERSE),
        slips=(
            slip(mask(prefix), "That is the mask; the wildcard is its inverse.", "这是子网掩码，反掩码要逐位取反。"),
            slip(wildcard(prefix + 1), "One bit too few.", "少了一位 1。"),
            slip(wildcard(prefix - 1), "One bit too many.", "多了一位 1。"),
            slip(
                dotted((ALL[4] >> prefix) + 1),
                "That is the block size; the wildcard is one less.",
                "这是块大小，反掩码要再减 1。",
            ),
        ),
    )


@drill(
    "v4-wildcard-to-prefix@1",
    Text("Wildcard mask to prefix", "反掩码换算成前缀长度"),
    Text("32 minus the ones of the wildcard.", "32 减去反掩码中 1 的个数。"),
    (CISCO, "Masks"),
)
def wildcard_to_prefix(dice: Dice, band: int) -> Question:
    shown = wildcard(prefix_in(dice, band))
    prefix = mask_length(shown, wildcard=True)
    return Question(
        ask=Text(f"Which prefix length has the wildcard mask {shown}?", f"反掩码 {shown} 对应的前缀长度是多少？"),
        form="length",
        answer=f"/{prefix}",
        solution=steps(
            (f"255.255.255.255 - {shown} = {mask(prefix)}", f"255.255.255.255 - {shown} = {mask(prefix)}"),
            places(prefix),
        ),
        hints=(INVERSE, ROW),
        slips=(
            slip(
                f"/{32 - prefix}", "That counts the ones; in a wildcard they are host bits.", "反掩码中的 1 是主机位。"
            ),
            slip(f"/{prefix + 1}", "One too many.", "多数了一位。"),
            slip(f"/{prefix - 1}", "One too few.", "少数了一位。"),
        ),
    )


@drill(
    "v4-and@1",
    Text("AND of two octets", "两个字节按位与"),
    Text(
        "The largest multiple of the block size that is not above the value.", "块大小的倍数中，不超过该值的最大一个。"
    ),
    AND,
)
def and_octets(dice: Dice, band: int) -> Question:
    ones = dice.between(*((1, 3), (4, 5), (6, 7))[band - 1])
    net = Network(4, dice.between(3, 252), 24 + ones)
    block, value = Block(net), net.address
    answer = net.first & 255
    return Question(
        ask=Text(f"{value} AND {block.mask} = ? (decimal)", f"{value} AND {block.mask} = ？（十进制）"),
        form="number",
        answer=str(answer),
        solution=steps(
            (
                f"{value} = {value:08b}, {block.mask} = {block.mask:08b}",
                f"{value} = {value:08b}，{block.mask} = {block.mask:08b}",
            ),
            (
                f"AND = {answer:08b} = {answer}; block size {block.size}: {answer} ≤ {value} < {block.next}",
                f"按位与 = {answer:08b} = {answer}；块大小 {block.size}：{answer} ≤ {value} < {block.next}",
            ),
        ),
        hints=(
            Text("The block size is 256 minus the mask.", "块大小 = 256 减去掩码。"),
            Text("Which multiple of it is next below the value?", "不超过该值的最大倍数是多少？"),
        ),
        slips=(
            slip(block.next - 1, "That is the end of the block.", "这是该块的末尾。"),
            slip(block.next, "That is where the next block begins.", "这是下一块的开头。"),
            slip(value | block.mask, "That is OR.", "这是按位或的结果。"),
            slip(value - answer, "Those are the host bits.", "这是主机位的值。"),
        ),
    )


@drill(
    "v4-block@1",
    Text("Block size and its octet", "块大小与所在字节"),
    Text("The octet in which the prefix ends; 256 minus the mask there.", "前缀结束的那个字节；256 减去该字节的掩码。"),
    CIDR,
)
def block_size(dice: Dice, band: int) -> Question:
    prefix = dice.between(PREFIXES[band][0], PREFIXES[band][1] - (band > 1))  # /16 and /24 end with an octet
    told, block = sized(dice, prefix), Block(Network(4, 0, prefix))
    return Question(
        ask=Text(
            f"In which octet (1-4) does the network part of {told.en} end, and what is the block "
            "size there? (octet, size)",
            f"{told.zh}，网络位在第几个字节（1-4）结束？该字节的块大小是多少？（字节序号，块大小）",
        ),
        form="numbers",
        answer=f"{block.octet}, {block.size}",
        solution=steps(
            places(prefix),
            (f"block size 256 - {block.mask} = {block.size}", f"块大小 256 - {block.mask} = {block.size}"),
        ),
        hints=BLOCK_HINTS,
        slips=(
            slip(f"{block.octet}, {block.mask}", "That is the mask of the octet.", "这是该字节的掩码。"),
            slip(f"{block.octet}, {block.size - 1}", "That is the wildcard of the octet.", "这是该字节的反掩码。"),
            slip(f"{block.octet - 1}, {block.size}", "That is the last octet of 255.", "这是最后一个值为 255 的字节。"),
            slip(f"{block.octet + 1}, {block.size}", "Octets count from 1.", "字节从 1 数起。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    prefix_to_mask,
    mask_to_prefix,
    prefix_to_wildcard,
    wildcard_to_prefix,
    and_octets,
    block_size,
)
