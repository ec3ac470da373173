"""The tree of RFC 9162: known roots, every proof of every size, and nothing that passes for a proof."""

import hashlib

import pytest

from inspect_app import case_verify
from inspect_app.domain.merkle import EMPTY, Tree, is_in, leaf_hash, node_hash

# The leaves and roots of the certificate transparency reference tests.
LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "60" * 16)]
KNOWN = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}


@pytest.mark.parametrize("size", KNOWN)
def test_known_roots(size: int) -> None:
    assert Tree(LEAVES[:size]).root.hex() == KNOWN[size]


def test_a_tree_without_leaves_and_one_of_four_by_hand() -> None:
    assert Tree([]).root == EMPTY == hashlib.sha256(b"").digest()
    a, b, c, d = (leaf_hash(each) for each in LEAVES[:4])
    assert Tree(LEAVES[:4]).root == node_hash(node_hash(a, b), node_hash(c, d))


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_size_is_proved_and_no_other(size: int) -> None:
    leaves = [bytes([each]) for each in range(size)]
    tree = Tree(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.proof(index)
        assert is_in(leaf, index, size, path, tree.root)
        assert case_verify.is_in_tree(leaf, index, size, path, tree.root.hex())
        wrong = [
            (leaf + b"x", index, size, path),
            (leaf, (index + 1) % (size + 1), size, path),
            (leaf, index - size, size, path),
            (leaf, index, size, [*path, tree.root]),
            *((leaf, index, size, path[:-1]) for _ in path[:1]),
            *((leaf, index, size, [*path[:at], bytes(32), *path[at + 1 :]]) for at in range(len(path))),
        ]
        for said in wrong:
            assert not is_in(*said, tree.root)
            assert not case_verify.is_in_tree(*said, tree.root.hex())


def test_there_is_no_proof_beyond_the_tree() -> None:
    with pytest.raises(IndexError):
        Tree([b"a"]).proof(1)
