"""Writes a tiny random Llama with one label, its tokenizer and template: python model.py FOLDER"""

import sys
from pathlib import Path

from assay_reward.tokens import PRESETS
from fakes import llama3, save_tokenizer
from tiny import save_classifier

folder = Path(sys.argv[1])
save_classifier(folder, "llama")
save_tokenizer(folder, llama3(), chat_template=PRESETS["llama3"])
