// Written by Tests/make-folding from Unicode 14.0.0; not to be changed by hand.

extension Folding {
    /// Entries in hexadecimal. `w` characters of words, `d` dropped, `p` found in pairs, `s` pictures, `v` voice
    /// marks: a first character and a count. `a` `b` `c` `e` a character and what stands for it, and how many of
    /// that sort follow: both one further, only the first, both two further, only the first two further. `m` a
    /// character and the several that stand for it.
    static let table: StaticString = """
        w30+a w61+1a dad w183 w185 w188 w18c+2 w195 w19b w19e w1a3 w1a8 w1aa+2 w1b9+3 w1bd+7 w1dd w1e5 w21d w221
        w223 w225 w234+6 w23f+2 w242 w24b w250+3 w254+2 w258+8 w261+7 w269+2 w26c+6 w273+15 w28a w28c+24 w2b9+9
        w2c6+c w2ec w2ee d300+70 w371 w373 w377 w37b+3 w3b1+11 w3c3+7 w3d7 w3d9 w3db w3dd w3df w3e1 w3e3 w3e5 w3e7
        w3e9 w3eb w3ed w3ef w3f3 w3f8 w3fb+2 w430+9 w43a+16 w452 w454+3 w458+4 w45f w461 w463 w465 w467 w469 w46b
        w46d w46f w471 w473 w475 w479 w47b w47d w47f w481 d483+7 w48b w48d w48f w493 w495 w497 w499 w49b w49d w49f
        w4a1 w4a3 w4a5 w4a7 w4a9 w4ab w4ad w4af w4b1 w4b3 w4b5 w4b7 w4b9 w4bb w4bd w4bf w4c4 w4c6 w4c8 w4ca w4cc
        w4ce+2 w4d5 w4d9 w4e1 w4e9 w4f7 w4fb w4fd w4ff w501 w503 w505 w507 w509 w50b w50d w50f w511 w513 w515 w517
        w519 w51b w51d w51f w521 w523 w525 w527 w529 w52b w52d w52f w559 w560+27 w588 d591+2d d5bf d5c1+2 d5c4+2
        d5c7 w5d0+1b w5ef+4 d610+b d61c w620+2 w627+2 w62a+16 d640 w641+8 w64a d64b+15 w66e+2 d670 w674 w679+30
        w6aa+14 w6bf w6c4+8 w6cd+5 d6d6+7 d6df+a d6ea+4 w6ee+2 w6fa+3 w6ff w710 d711 w712+1e d730+1b w74d+65 w7ca+2c
        w7fa w7fd w800+2e w840+1c w860+b w870+18 w889+6 w898+32 d8ca+36 w900+29 w92a+7 w932+2 w935+23 w960+4 w971+13
        w985+8 w98f+2 w993+16 w9aa+7 w9b2 w9b6+4 w9bc+9 w9c7+2 w9cd+2 w9d7 w9e0+4 w9f0+2 w9f4+6 w9fc w9fe wa01+3
        wa05+6 wa0f+2 wa13+16 wa2a+7 wa32 wa35 wa38+2 wa3c wa3e+5 wa47+2 wa4b+3 wa51 wa5c wa70+6 wa81+3 wa85+9
        wa8f+3 wa93+16 waaa+7 wab2+2 wab5+5 wabc+a wac7+3 wacb+3 wad0 wae0+4 waf9+7 wb01+3 wb05+8 wb0f+2 wb13+16
        wb2a+7 wb32+2 wb35+5 wb3c+9 wb47 wb4d wb55+3 wb5f+5 wb71+7 wb82+2 wb85+6 wb8e+3 wb92+2 wb95 wb99+2 wb9c
        wb9e+2 wba3+2 wba8+3 wbae+c wbbe+5 wbc6+3 wbcd wbd0 wbd7 wbf0+3 wc00+d wc0e+3 wc12+17 wc2a+10 wc3c+9 wc46+2
        wc4a+4 wc55+2 wc58+3 wc5d wc60+4 wc78+7 wc80+4 wc85+8 wc8e+3 wc92+17 wcaa+a wcb5+5 wcbc+4 wcc1+4 wcc6 wccc+2
        wcd5+2 wcdd+2 wce0+4 wcf1+2 wd00+d wd0e+3 wd12+33 wd46+3 wd4d+2 wd54+10 wd70+9 wd7a+6 wd81+3 wd85+12 wd9a+18
        wdb3+9 wdbd wdc0+7 wdca wdcf+6 wdd6 wdd8+2 wddb wddf wdf2+2 pe01+32 pe34+7 pe40+f pe81+2 pe84 pe86+5 pe8c+18
        pea5 pea7+c peb4+a pec0+5 pec6 pec8+6 pede+2 wf00 wf18+2 wf2a+a wf35 wf37 wf39 wf3e+5 wf44+4 wf49+4 wf4e+4
        wf53+4 wf58+4 wf5d+c wf6a+3 wf71+2 wf74 wf7a+7 wf82+3 wf86+d wf94+4 wf99+4 wf9e+4 wfa3+4 wfa8+4 wfad+c
        wfba+3 wfc6 p1000+26 p1027+19 p1050+40 p109a+4 w10d0+2b w10fd+14c w124a+4 w1250+7 w1258 w125a+4 w1260+29
        w128a+4 w1290+21 w12b2+4 w12b8+7 w12c0 w12c2+4 w12c8+f w12d8+39 w1312+4 w1318+43 w135d+3 w1369+14 w1380+10
        w13a0+56 w1401+26c w166f+11 w1681+1a w16a0+4b w16ee+b w1700+16 w171f+16 w1740+14 w1760+d w176e+3 w1772+2
        p1780+54 p17d7 p17dc+2 p17f0+a w180b+3 w180f w1820+59 w1880+2b w18b0+46 w1900+1f w1920+c w1930+c w1950+1e
        w1970+5 w1980+2c w19b0+1a w19da w1a00+1c w1a20+3f w1a60+1d w1a7f w1aa7 d1ab0+1f w1b00+6 w1b07 w1b09 w1b0b
        w1b0d w1b0f+3 w1b13+28 w1b3c w1b3e+2 w1b42 w1b44+9 w1b6b+9 w1b80+30 w1bba+3a w1c00+38 w1c4d+3 w1c5a+24
        w1cd0+3 w1cd4+27 w1d00+2c w1d2f w1d3b w1d4e w1d6b+d w1d79+22 d1dc0+40 w1e9c+2 w1e9f w1efb w1efd w1eff
        d200b+5 d202a+5 d2060+5 d2066+4 d20d0+21 w214e w2180+3 w2184+5 s2300+8 s230c+14 s2322+7 s232b+51 s237d+1e
        s23b4+28 s23e2+1e w24eb+15 s2600+6f s2670+f8 w2776+1e s2794+2c s2b00+30 s2b45+2 s2b4d+27 s2b76+20 s2b97+69
        w2c30+30 w2c61 w2c68 w2c6a w2c6c w2c71 w2c73+2 w2c76+6 w2c81 w2c83 w2c85 w2c87 w2c89 w2c8b w2c8d w2c8f w2c91
        w2c93 w2c95 w2c97 w2c99 w2c9b w2c9d w2c9f w2ca1 w2ca3 w2ca5 w2ca7 w2ca9 w2cab w2cad w2caf w2cb1 w2cb3 w2cb5
        w2cb7 w2cb9 w2cbb w2cbd w2cbf w2cc1 w2cc3 w2cc5 w2cc7 w2cc9 w2ccb w2ccd w2ccf w2cd1 w2cd3 w2cd5 w2cd7 w2cd9
        w2cdb w2cdd w2cdf w2ce1 w2ce3+2 w2cec w2cee+4 w2cf3 w2cfd w2d00+26 w2d27 w2d2d w2d30+38 w2d7f+18 w2da0+7
        w2da8+7 w2db0+7 w2db8+7 w2dc0+7 w2dc8+7 w2dd0+7 w2dd8+7 w2de0+20 w2e2f p3005+3 p3021+9 d302a+4 w302e+2
        w3031+5 w303b+2 p3041+56 v3099+2 p309d+2 p30fc w3105+2b w31a0+20 p31f0+10 w3248+8 p3400+19c0 p4e00+5200
        wa000+48d wa4d0+2e wa500+10d wa610+10 wa62a+2 wa641 wa643 wa645 wa647 wa649 wa64b wa64d wa64f wa651 wa653
        wa655 wa657 wa659 wa65b wa65d wa65f wa661 wa663 wa665 wa667 wa669 wa66b wa66d+6 wa674+a wa67f wa681 wa683
        wa685 wa687 wa689 wa68b wa68d wa68f wa691 wa693 wa695 wa697 wa699 wa69b wa69e+54 wa717+9 wa723 wa725 wa727
        wa729 wa72b wa72d wa72f+3 wa733 wa735 wa737 wa739 wa73b wa73d wa73f wa741 wa743 wa745 wa747 wa749 wa74b
        wa74d wa74f wa751 wa753 wa755 wa757 wa759 wa75b wa75d wa75f wa761 wa763 wa765 wa767 wa769 wa76b wa76d wa76f
        wa771+8 wa77a wa77c wa77f wa781 wa783 wa785 wa787+2 wa78c wa78e+2 wa793+3 wa797 wa799 wa79b wa79d wa79f
        wa7a1 wa7a3 wa7a5 wa7a7 wa7a9 wa7af wa7b5 wa7b7 wa7b9 wa7bb wa7bd wa7bf wa7c1 wa7c3 wa7c8 wa7ca wa7d1 wa7d3
        wa7d5 wa7d7 wa7d9 wa7f6+2 wa7fa+2e wa82c wa830+6 wa840+34 wa880+46 wa8e0+18 wa8fb wa8fd+3 wa90a+24 wa930+24
        wa960+1d wa980+41 wa9cf wa9e0+10 wa9fa+5 waa00+37 waa40+e waa60+17 waa7a+49 waadb+3 waae0+10 waaf2+5 wab01+6
        wab09+6 wab11+6 wab20+7 wab28+7 wab30+2b wab60+9 wabc0+2b wabec+2 wac00+2ba4 wd7b0+17 wd7cb+31 pfa0e+2 pfa11
        pfa13+2 pfa1f pfa21 pfa23+2 pfa27+3 wfb1e dfc5e+6 dfcf2+3 wfdfa+2 dfe00+10 dfe20+10 dfe70+3 wfe73 dfe74
        dfe76+a dfeff w10000+c w1000d+1a w10028+13 w1003c+2 w1003f+f w10050+e w10080+7b w10107+2d w10140+39 w1018a+2
        w101fd w10280+1d w102a0+31 w102e0+1c w10300+24 w1032d+1e w10350+2b w10380+1e w103a0+24 w103c8+8 w103d1+5
        w10428+76 w104d8+24 w10500+28 w10530+34 w10597+b w105a3+f w105b3+7 w105bb+2 w10600+137 w10740+16 w10760+8
        w10780 w10800+6 w10808 w1080a+2c w10837+2 w1083c w1083f+17 w10858+1f w10879+26 w108a7+9 w108e0+13 w108f4+2
        w108fb+21 w10920+1a w10980+38 w109bc+14 w109d2+32 w10a05+2 w10a0c+8 w10a15+3 w10a19+1d w10a38+3 w10a3f+a
        w10a60+1f w10a80+20 w10ac0+8 w10ac9+1e w10aeb+5 w10b00+36 w10b40+16 w10b58+1b w10b78+1a w10ba9+7 w10c00+49
        w10cc0+33 w10cfa+2e w10e60+1f w10e80+2a w10eab+2 w10eb0+2 w10f00+28 w10f30+25 w10f70+16 w10fb0+1c w10fe0+17
        w11000+47 w11052+14 w11070+6 w1107f+1b w1109b w1109d+e w110ac+f w110c2 w110d0+19 w11100+2e w11130+5 w11144+4
        w11150+24 w11176 w11180+45 w111c9+4 w111ce+2 w111da w111dc w111e1+14 w11200+12 w11213+25 w1123e w11280+7
        w11288 w1128a+4 w1128f+f w1129f+a w112b0+3b w11300+4 w11305+8 w1130f+2 w11313+16 w1132a+7 w11332+2 w11335+5
        w1133b+a w11347+2 w1134d w11350 w11357 w1135d+7 w11366+7 w11370+5 w11400+4b w1145e+4 w11480+3b w114bd
        w114bf+7 w114c7 w11580+36 w115b8+2 w115bc+5 w115d8+6 w11600+41 w11644 w11680+39 w11700+1b w1171d+f w1173a+2
        w11740+7 w11800+3b w118c0+20 w118ea+9 w118ff+8 w11909 w1190c+8 w11915+2 w11918+1e w11937 w1193b+9 w119a0+8
        w119aa+2e w119da+8 w119e3+2 w11a00+3f w11a47 w11a50+4a w11a9d w11ab0+49 w11c00+9 w11c0a+2d w11c38+9
        w11c5a+13 w11c72+1e w11c92+16 w11ca9+e w11d00+7 w11d08+2 w11d0b+2c w11d3a w11d3c+2 w11d3f+9 w11d60+6
        w11d67+2 w11d6a+25 w11d90+2 w11d93+6 w11ee0+17 w11fb0 w11fc0+15 w12000+39a w12400+6f w12480+c4 w12f90+61
        w13000+42f w14400+247 w16800+239 w16a40+1f w16a70+4f w16ad0+1e w16af0+5 w16b00+37 w16b40+4 w16b5b+7
        w16b63+15 w16b7d+13 w16e60+37 w16f00+4b w16f4f+39 w16f8f+11 w16fe0+2 w16fe3+2 w16ff0+2 w17000+17f8
        w18800+4d6 w18d00+9 w1aff0+4 w1aff5+7 w1affd+2 p1b000+123 p1b150+3 p1b164+4 w1b170+18c w1bc00+6b w1bc70+d
        w1bc80+9 w1bc90+a w1bc9d+2 w1cf00+2e w1cf30+17 w1d165+5 w1d16d+6 w1d17b+8 w1d185+7 w1d1aa+4 w1d242+3
        w1d2e0+14 w1d360+19 w1da00+37 w1da3b+32 w1da75 w1da84 w1da9b+5 w1daa1+f w1df00+1f w1e000+7 w1e008+11
        w1e01b+7 w1e023+2 w1e026+5 w1e100+2d w1e130+e w1e14e w1e290+1f w1e2c0+30 w1e7e0+7 w1e7e8+4 w1e7ed+2 w1e7f0+f
        w1e800+c5 w1e8c7+10 w1e922+2a w1ec71+3b w1ecad+3 w1ecb1+4 w1ed01+2d w1ed2f+f s1f000+2c s1f030+64 s1f0a0+f
        s1f0b1+f s1f0c1+f s1f0d1+25 w1f10b+2 s1f10d+3 s1f12f s1f150+1a s1f16d+23 s1f191+1d p1f1e6+1a s1f260+6
        s1f300+fb d1f3fb+5 s1f400+2d8 s1f6dd+10 s1f6f0+d s1f700+74 s1f780+59 s1f7e0+c s1f7f0 s1f800+c s1f810+38
        s1f850+a s1f860+28 s1f890+1e s1f8b0+2 s1f900+154 s1fa60+e s1fa70+5 s1fa78+5 s1fa80+7 s1fa90+1d s1fab0+b
        s1fac0+6 s1fad0+a s1fae0+8 s1faf0+7 p20000+f800 p2fa1e+25e2 a41=61+1a baa=61 ab2=32+2 bb5=3bc bb9=31 bba=6f
        bc0=61+6 cc7=63+2 ec8=65+2 bcb=65 bcc=69+4 bd0=64 ad1=6e+2 bd3=6f+4 bd8=6f bd9=75+4 bdd=79 be0=61+6 ce7=63+2
        ee8=65+2 beb=65 bec=69+4 bf0=64 af1=6e+2 bf3=6f+4 bf8=6f bf9=75+4 efd=79+2 b100=61+6 b106=63+8 b10e=64+4
        b112=65+a b11c=67+8 b124=68+4 b128=69+a b134=6a+2 b136=6b+3 b139=6c+a b143=6e+6 b14a=6e+2 b14c=6f+6
        b154=72+6 b15a=73+8 b162=74+6 b168=75+c b174=77+2 b176=79+3 b179=7a+6 b17f=73 b180=62+2 c182=183+2 b186=254
        b187=188 b189=64+2 b18b=18c b18e=1dd b18f=259 b190=25b b191=66+2 b193=67 b194=263 b196=269 c197=69+2 b198=6b
        b19a=6c b19c=26f b19d=6e b19f=275 b1a0=6f+2 b1a2=1a3 b1a4=70+2 b1a6=280 b1a7=1a8 b1a9=283 b1ac=74+3
        b1af=75+2 b1b1=28a b1b2=76 b1b3=79+2 b1b5=7a+2 b1b7=292 b1b8=1b9 b1bc=1bd b1cd=61+2 b1cf=69+2 b1d1=6f+2
        b1d3=75+a b1de=61+4 b1e4=1e5 b1e6=67+2 b1e8=6b+2 b1ea=6f+4 b1ee=292+2 b1f0=6a b1f4=67+2 b1f6=195 b1f7=1bf
        b1f8=6e+2 b1fa=61+2 b1fe=6f+2 b200=61+4 b204=65+4 b208=69+4 b20c=6f+4 b210=72+4 b214=75+4 b218=73+2
        b21a=74+2 b21c=21d b21e=68+2 b220=19e c222=223+2 b226=61+2 b228=65+2 b22a=6f+8 b232=79+2 c23a=61+2 b23b=63
        b23d=6c b23e=74 b241=242 b243=62 b244=75 b245=28c b246=65+2 b248=6a+2 b24a=24b b24c=72+2 b24e=79+2 b253=62
        b256=64+2 b260=67 b268=69 b26b=6c b272=6e a288=74+2 b28b=76 c2b0=68+2 b2b1=266 b2b3=72 b2b4=279 b2b5=27b
        b2b6=281 b2b7=77 b2b8=79 b2e0=263 b2e1=6c b2e2=73 b2e3=78 b2e4=295 c370=371+2 b374=2b9 b376=377 b37a=3b9
        b37f=3f3 b386=3b1 b388=3b5 b389=3b7 b38a=3b9 b38c=3bf b38e=3c5 b38f=3c9 b390=3b9 a391=3b1+11 a3a3=3c3+7
        b3aa=3b9 b3ab=3c5 b3ac=3b1 b3ad=3b5 b3ae=3b7 b3af=3b9 b3b0=3c5 b3c2=3c3 b3ca=3b9 e3cb=3c5+2 b3cc=3bf
        b3ce=3c9 b3cf=3d7 b3d0=3b2 b3d1=3b8 b3d2=3c5+3 b3d5=3c6 b3d6=3c0 c3d8=3d9+c b3f0=3ba b3f1=3c1 b3f2=3c3
        b3f4=3b8 b3f5=3b5 b3f7=3f8 b3f9=3c3 b3fa=3fb a3fd=37b+3 b400=435+2 c402=452+5 b403=433 b405=455 b407=456
        c409=459+2 b40c=43a b40d=438 b40e=443 b40f=45f c410=430+10 c411=431+4 b419=438 c41b=43b+b b439=438
        b450=435+2 b453=433 b457=456 b45c=43a b45d=438 b45e=443 c460=461+b b476=475+2 c478=479+5 c48a=48b+3
        b490=433+2 c492=493+17 b4c0=4cf b4c1=436+2 c4c3=4c4+6 b4d0=430+4 b4d4=4d5 b4d6=435+2 e4d8=4d9+2 b4db=4d9
        b4dc=436+2 b4de=437+2 b4e0=4e1 b4e2=438+4 b4e6=43e+2 e4e8=4e9+2 b4eb=4e9 b4ec=44d+2 b4ee=443+6 b4f4=447+2
        b4f6=4f7 b4f8=44b+2 c4fa=4fb+1b a531=561+26 b622=627+2 c624=648+2 b625=627 b629=647 b649=64a a660=30+a
        b671=627+3 b6a9=643 e6be=647+3 e6c1=647+2 b6cc=64a b6d2=64a+2 b6d5=647 a6f0=30+a a7c0=30+a a966=30+a
        a9e6=30+a aa66=30+a aae6=30+a ab66=30+a abe6=30+a ac66=30+a ace6=30+a ad66=30+a ade6=30+a ae50=30+a
        aed0=30+a af20=30+a a1040=30+a a1090=30+a a10a0=2d00+26 b10c7=2d27 b10cd=2d2d b10fc=10dc a13f8=13f0+6
        a17e0=30+a a1810=30+a a1946=30+a a19d0=30+a a1a80=30+a a1a90=30+a a1b50=30+a a1bb0=30+a a1c40=30+a
        a1c50=30+a b1c80=432 b1c81=434 b1c82=43e a1c83=441+2 b1c85=442 b1c86=44a b1c87=463 b1c88=a64b a1c90=10d0+2b
        a1cbd=10fd+3 b1d2c=61 c1d2e=62+2 c1d31=65+5 b1d32=1dd c1d34=68+4 b1d3c=6f b1d3d=223 b1d3e=70 b1d3f=72
        a1d40=74+2 b1d42=77 b1d43=61 a1d44=250+2 b1d46=1d02 b1d47=62 a1d48=64+2 b1d4a=259 a1d4b=25b+2 b1d4d=67
        b1d4f=6b a1d50=6d+3 b1d53=254 a1d54=1d16+2 b1d56=70 a1d57=74+2 b1d59=1d1d b1d5a=26f b1d5b=76 b1d5c=1d25
        a1d5d=3b2+3 a1d60=3c6+2 b1d62=69 b1d63=72 a1d64=75+2 a1d66=3b2+2 b1d68=3c1 a1d69=3c6+2 b1d78=43d b1d9b=252
        b1d9c=63 b1d9d=255 c1d9e=64+2 b1d9f=25c b1da1=25f b1da2=261 b1da3=265 b1da4=69 a1da5=269+2 b1da7=1d7b
        b1da8=29d b1da9=26d b1daa=1d85 b1dab=29f b1dac=271 b1dad=270 b1dae=6e a1daf=273+3 b1db2=278 a1db3=282+2
        b1db5=1ab b1db6=75 b1db7=28a b1db8=1d1c b1db9=76 b1dba=28c b1dbb=7a a1dbc=290+3 b1dbf=3b8 b1e00=61+2
        b1e02=62+6 b1e08=63+2 b1e0a=64+a b1e14=65+a b1e1e=66+2 b1e20=67+2 b1e22=68+a b1e2c=69+4 b1e30=6b+6
        b1e36=6c+8 b1e3e=6d+6 b1e44=6e+8 b1e4c=6f+8 b1e54=70+4 b1e58=72+8 b1e60=73+a b1e6a=74+8 b1e72=75+a
        b1e7c=76+4 b1e80=77+a b1e8a=78+4 b1e8e=79+2 b1e90=7a+6 b1e96=68 b1e97=74 b1e98=77 b1e99=79 b1e9b=73
        b1ea0=61+18 b1eb8=65+10 b1ec8=69+4 b1ecc=6f+18 b1ee4=75+e b1ef2=79+8 c1efa=1efb+3 b1f00=3b1+10 b1f10=3b5+6
        b1f18=3b5+6 b1f20=3b7+10 b1f30=3b9+10 b1f40=3bf+6 b1f48=3bf+6 b1f50=3c5+8 e1f59=3c5+4 b1f60=3c9+10
        b1f70=3b1+2 c1f72=3b5+3 c1f73=3b5+3 b1f78=3bf+2 b1f7a=3c5+2 b1f7c=3c9+2 b1fb0=3b1+2 e1fb6=3b1+3 e1fb9=3b1+2
        b1fbe=3b9 b1fc6=3b7 b1fc8=3b5+2 b1fca=3b7+2 b1fd0=3b9+4 b1fd6=3b9+6 b1fe0=3c5+4 b1fe4=3c1+2 b1fe6=3c5+6
        b1fec=3c1 b1ff6=3c9 b1ff8=3bf+2 b1ffa=3c9+2 b2070=30 b2071=69 a2074=34+6 b207f=6e a2080=30+a b2090=61
        b2091=65 b2092=6f b2093=78 b2094=259 b2095=68 a2096=6b+4 b209a=70 a209b=73+2 b2102=63+2 b2107=25b a2109=66+3
        b210c=68+4 b2110=69+2 b2112=6c+2 b2115=6e a2119=70+3 b211c=72+2 b2124=7a b2126=3c9 b2128=7a b212a=6b
        a212b=61+3 b212f=65+2 b2131=66 b2132=214e b2133=6d b2134=6f a2135=5d0+4 b2139=69 b213c=3c0 b213d=3b3+2
        b213f=3c0 b2145=64+2 b2147=65 a2148=69+2 b215f=31 b2160=69 b2164=76 b2169=78 b216c=6c a216d=63+2 b216f=6d
        b2170=69 b2174=76 b2179=78 b217c=6c a217d=63+2 b217f=6d b2183=2184 a2460=31+9 a2474=31+9 a2488=31+9
        a249c=61+1a a24b6=61+1a a24d0=61+1a b24ea=30 a2c00=2c30+30 b2c60=2c61 b2c62=6c b2c63=1d7d b2c64=27d b2c65=61
        b2c66=74 c2c67=2c68+3 b2c6d=251 b2c6e=271 b2c6f=250 b2c70=252 b2c72=2c73 b2c75=2c76 b2c7c=6a b2c7d=76
        a2c7e=23f+2 c2c80=2c81+32 c2ceb=2cec+2 b2cf2=2cf3 b2d6f=2d61 b2e9f=6bcd b2ef3=9f9f b2f00=4e00 b2f01=4e28
        b2f02=4e36 b2f03=4e3f b2f04=4e59 b2f05=4e85 b2f06=4e8c b2f07=4ea0 b2f08=4eba b2f09=513f b2f0a=5165
        b2f0b=516b b2f0c=5182 b2f0d=5196 b2f0e=51ab b2f0f=51e0 b2f10=51f5 b2f11=5200 b2f12=529b b2f13=52f9
        b2f14=5315 b2f15=531a b2f16=5338 b2f17=5341 b2f18=535c b2f19=5369 b2f1a=5382 b2f1b=53b6 b2f1c=53c8
        b2f1d=53e3 b2f1e=56d7 b2f1f=571f b2f20=58eb b2f21=5902 b2f22=590a b2f23=5915 b2f24=5927 b2f25=5973
        b2f26=5b50 b2f27=5b80 b2f28=5bf8 b2f29=5c0f b2f2a=5c22 b2f2b=5c38 b2f2c=5c6e b2f2d=5c71 b2f2e=5ddb
        b2f2f=5de5 b2f30=5df1 b2f31=5dfe b2f32=5e72 b2f33=5e7a b2f34=5e7f b2f35=5ef4 b2f36=5efe b2f37=5f0b
        b2f38=5f13 b2f39=5f50 b2f3a=5f61 b2f3b=5f73 b2f3c=5fc3 b2f3d=6208 b2f3e=6236 b2f3f=624b b2f40=652f
        b2f41=6534 b2f42=6587 b2f43=6597 b2f44=65a4 b2f45=65b9 b2f46=65e0 b2f47=65e5 b2f48=66f0 b2f49=6708
        b2f4a=6728 b2f4b=6b20 b2f4c=6b62 b2f4d=6b79 b2f4e=6bb3 b2f4f=6bcb b2f50=6bd4 b2f51=6bdb b2f52=6c0f
        b2f53=6c14 b2f54=6c34 b2f55=706b b2f56=722a b2f57=7236 b2f58=723b b2f59=723f b2f5a=7247 b2f5b=7259
        b2f5c=725b b2f5d=72ac b2f5e=7384 b2f5f=7389 b2f60=74dc b2f61=74e6 b2f62=7518 b2f63=751f b2f64=7528
        b2f65=7530 b2f66=758b b2f67=7592 b2f68=7676 b2f69=767d b2f6a=76ae b2f6b=76bf b2f6c=76ee b2f6d=77db
        b2f6e=77e2 b2f6f=77f3 b2f70=793a b2f71=79b8 b2f72=79be b2f73=7a74 b2f74=7acb b2f75=7af9 b2f76=7c73
        b2f77=7cf8 b2f78=7f36 b2f79=7f51 b2f7a=7f8a b2f7b=7fbd b2f7c=8001 b2f7d=800c b2f7e=8012 b2f7f=8033
        b2f80=807f b2f81=8089 b2f82=81e3 b2f83=81ea b2f84=81f3 b2f85=81fc b2f86=820c b2f87=821b b2f88=821f
        b2f89=826e b2f8a=8272 b2f8b=8278 b2f8c=864d b2f8d=866b b2f8e=8840 b2f8f=884c b2f90=8863 b2f91=897e
        b2f92=898b b2f93=89d2 b2f94=8a00 b2f95=8c37 b2f96=8c46 b2f97=8c55 b2f98=8c78 b2f99=8c9d b2f9a=8d64
        b2f9b=8d70 b2f9c=8db3 b2f9d=8eab b2f9e=8eca b2f9f=8f9b b2fa0=8fb0 b2fa1=8fb5 b2fa2=9091 b2fa3=9149
        b2fa4=91c6 b2fa5=91cc b2fa6=91d1 b2fa7=9577 b2fa8=9580 b2fa9=961c b2faa=96b6 b2fab=96b9 b2fac=96e8
        b2fad=9751 b2fae=975e b2faf=9762 b2fb0=9769 b2fb1=97cb b2fb2=97ed b2fb3=97f3 b2fb4=9801 b2fb5=98a8
        b2fb6=98db b2fb7=98df b2fb8=9996 b2fb9=9999 b2fba=99ac b2fbb=9aa8 b2fbc=9ad8 b2fbd=9adf b2fbe=9b25
        b2fbf=9b2f b2fc0=9b32 b2fc1=9b3c b2fc2=9b5a b2fc3=9ce5 b2fc4=9e75 b2fc5=9e7f b2fc6=9ea5 b2fc7=9ebb
        b2fc8=9ec3 b2fc9=9ecd b2fca=9ed1 b2fcb=9ef9 b2fcc=9efd b2fcd=9f0e b2fce=9f13 b2fcf=9f20 b2fd0=9f3b
        b2fd1=9f4a b2fd2=9f52 b2fd3=9f8d b2fd4=9f9c b2fd5=9fa0 b3038=5341 a3039=5344+2 a309b=3099+2 a30a1=3041+56
        a30fd=309d+2 a3131=1100+2 c3133=11aa+2 b3134=1102 b3136=11ad a3137=1103+3 a313a=11b0+6 b3140=111a
        a3141=1106+3 b3144=1121 a3145=1109+a a314f=1161+15 b3164=1160 a3165=1114+2 a3167=11c7+2 b3169=11cc
        b316a=11ce b316b=11d3 b316c=11d7 b316d=11d9 b316e=111c b316f=11dd b3170=11df a3171=111d+2 b3173=1120
        a3174=1122+2 b3176=1127 b3177=1129 a3178=112b+5 b317d=1132 b317e=1136 b317f=1140 b3180=1147 b3181=114c
        a3182=11f1+2 a3184=1157+3 a3187=1184+2 b3189=1188 a318a=1191+2 b318c=1194 b318d=119e b318e=11a1 b3192=4e00
        b3193=4e8c b3194=4e09 b3195=56db b3196=4e0a b3197=4e2d b3198=4e0b b3199=7532 b319a=4e59 b319b=4e19
        b319c=4e01 b319d=5929 b319e=5730 b319f=4eba b3200=1100 a3201=1102+2 a3203=1105+3 b3206=1109 a3207=110b+2
        a3209=110e+5 b3220=4e00 b3221=4e8c b3222=4e09 b3223=56db b3224=4e94 b3225=516d b3226=4e03 b3227=516b
        b3228=4e5d b3229=5341 b322a=6708 b322b=706b b322c=6c34 b322d=6728 b322e=91d1 b322f=571f b3230=65e5
        b3231=682a b3232=6709 b3233=793e b3234=540d b3235=7279 b3236=8ca1 b3237=795d b3238=52b4 b3239=4ee3
        b323a=547c b323b=5b66 b323c=76e3 b323d=4f01 b323e=8cc7 b323f=5354 b3240=796d b3241=4f11 b3242=81ea
        b3243=81f3 b3244=554f b3245=5e7c b3246=6587 b3247=7b8f b3260=1100 a3261=1102+2 a3263=1105+3 b3266=1109
        a3267=110b+2 a3269=110e+5 b3280=4e00 b3281=4e8c b3282=4e09 b3283=56db b3284=4e94 b3285=516d b3286=4e03
        b3287=516b b3288=4e5d b3289=5341 b328a=6708 b328b=706b b328c=6c34 b328d=6728 b328e=91d1 b328f=571f
        b3290=65e5 b3291=682a b3292=6709 b3293=793e b3294=540d b3295=7279 b3296=8ca1 b3297=795d b3298=52b4
        b3299=79d8 b329a=7537 b329b=5973 b329c=9069 b329d=512a b329e=5370 b329f=6ce8 b32a0=9805 b32a1=4f11
        b32a2=5199 b32a3=6b63 b32a4=4e0a b32a5=4e2d b32a6=4e0b b32a7=5de6 b32a8=53f3 b32a9=533b b32aa=5b97
        b32ab=5b66 b32ac=76e3 b32ad=4f01 b32ae=8cc7 b32af=5354 b32b0=591c b32d0=3042 b32d1=3044 b32d2=3046
        b32d3=3048 a32d4=304a+2 b32d6=304d b32d7=304f b32d8=3051 b32d9=3053 b32da=3055 b32db=3057 b32dc=3059
        b32dd=305b b32de=305d b32df=305f b32e0=3061 b32e1=3064 b32e2=3066 b32e3=3068 a32e4=306a+6 b32ea=3072
        b32eb=3075 b32ec=3078 b32ed=307b a32ee=307e+5 b32f3=3084 b32f4=3086 a32f5=3088+6 a32fb=308f+4 aa620=30+a
        ca640=a641+17 ca680=a681+e ba69c=44a ba69d=44c ca722=a723+7 ca732=a733+1f ba770=a76f ca779=a77a+2 ba77d=1d79
        ca77e=a77f+5 ba78b=a78c ba78d=265 ba790=6e+2 ba792=a793 ca796=a797+a ba7aa=266 ba7ab=25c ba7ac=261 ba7ad=26c
        ba7ae=26a ba7b0=29e ba7b1=287 ba7b2=29d ba7b3=ab53 ca7b4=a7b5+8 ba7c4=a794 ba7c5=282 ba7c6=1d8e ca7c7=a7c8+2
        ba7d0=a7d1 ca7d6=a7d7+2 ba7f2=63 ba7f3=66 ba7f4=71 ba7f5=a7f6 ba7f8=68 aa8d0=30+a aa900=30+a aa9d0=30+a
        aa9f0=30+a aaa50=30+a bab5c=a727 bab5d=ab37 bab5e=6c bab5f=ab52 bab69=28d aab70=13a0+50 aabf0=30+a
        bf900=8c48 bf901=66f4 bf902=8eca bf903=8cc8 bf904=6ed1 bf905=4e32 bf906=53e5 bf907=9f9c+2 bf909=5951
        bf90a=91d1 bf90b=5587 bf90c=5948 bf90d=61f6 bf90e=7669 bf90f=7f85 bf910=863f bf911=87ba bf912=88f8
        bf913=908f bf914=6a02 bf915=6d1b bf916=70d9 bf917=73de bf918=843d bf919=916a bf91a=99f1 bf91b=4e82
        bf91c=5375 bf91d=6b04 bf91e=721b bf91f=862d bf920=9e1e bf921=5d50 bf922=6feb bf923=85cd bf924=8964
        bf925=62c9 bf926=81d8 bf927=881f bf928=5eca bf929=6717 bf92a=6d6a bf92b=72fc bf92c=90ce bf92d=4f86
        bf92e=51b7 bf92f=52de bf930=64c4 bf931=6ad3 bf932=7210 bf933=76e7 bf934=8001 bf935=8606 bf936=865c
        bf937=8def bf938=9732 bf939=9b6f bf93a=9dfa bf93b=788c bf93c=797f bf93d=7da0 bf93e=83c9 bf93f=9304
        bf940=9e7f bf941=8ad6 bf942=58df bf943=5f04 bf944=7c60 bf945=807e bf946=7262 bf947=78ca bf948=8cc2
        bf949=96f7 bf94a=58d8 bf94b=5c62 bf94c=6a13 bf94d=6dda bf94e=6f0f bf94f=7d2f bf950=7e37 bf951=964b
        bf952=52d2 bf953=808b bf954=51dc bf955=51cc bf956=7a1c bf957=7dbe bf958=83f1 bf959=9675 bf95a=8b80
        bf95b=62cf bf95c=6a02 bf95d=8afe bf95e=4e39 bf95f=5be7 bf960=6012 bf961=7387 bf962=7570 bf963=5317
        bf964=78fb bf965=4fbf bf966=5fa9 bf967=4e0d bf968=6ccc bf969=6578 bf96a=7d22 bf96b=53c3 bf96c=585e
        bf96d=7701 bf96e=8449 bf96f=8aaa bf970=6bba bf971=8fb0 bf972=6c88 bf973=62fe bf974=82e5 bf975=63a0
        bf976=7565 bf977=4eae bf978=5169 bf979=51c9 bf97a=6881 bf97b=7ce7 bf97c=826f bf97d=8ad2 bf97e=91cf
        bf97f=52f5 bf980=5442 bf981=5973 bf982=5eec bf983=65c5 bf984=6ffe bf985=792a bf986=95ad bf987=9a6a
        bf988=9e97 bf989=9ece bf98a=529b bf98b=66c6 bf98c=6b77 bf98d=8f62 bf98e=5e74 bf98f=6190 bf990=6200
        bf991=649a bf992=6f23 bf993=7149 bf994=7489 bf995=79ca bf996=7df4 bf997=806f bf998=8f26 bf999=84ee
        bf99a=9023 bf99b=934a bf99c=5217 bf99d=52a3 bf99e=54bd bf99f=70c8 bf9a0=88c2 bf9a1=8aaa bf9a2=5ec9
        bf9a3=5ff5 bf9a4=637b bf9a5=6bae bf9a6=7c3e bf9a7=7375 bf9a8=4ee4 bf9a9=56f9 bf9aa=5be7 bf9ab=5dba
        bf9ac=601c bf9ad=73b2 bf9ae=7469 bf9af=7f9a bf9b0=8046 bf9b1=9234 bf9b2=96f6 bf9b3=9748 bf9b4=9818
        bf9b5=4f8b bf9b6=79ae bf9b7=91b4 bf9b8=96b8 bf9b9=60e1 bf9ba=4e86 bf9bb=50da bf9bc=5bee bf9bd=5c3f
        bf9be=6599 bf9bf=6a02 bf9c0=71ce bf9c1=7642 bf9c2=84fc bf9c3=907c bf9c4=9f8d bf9c5=6688 bf9c6=962e
        bf9c7=5289 bf9c8=677b bf9c9=67f3 bf9ca=6d41 bf9cb=6e9c bf9cc=7409 bf9cd=7559 bf9ce=786b bf9cf=7d10
        bf9d0=985e bf9d1=516d bf9d2=622e bf9d3=9678 bf9d4=502b bf9d5=5d19 bf9d6=6dea bf9d7=8f2a bf9d8=5f8b
        bf9d9=6144 bf9da=6817 bf9db=7387 bf9dc=9686 bf9dd=5229 bf9de=540f bf9df=5c65 bf9e0=6613 bf9e1=674e
        bf9e2=68a8 bf9e3=6ce5 bf9e4=7406 bf9e5=75e2 bf9e6=7f79 bf9e7=88cf bf9e8=88e1 bf9e9=91cc bf9ea=96e2
        bf9eb=533f bf9ec=6eba bf9ed=541d bf9ee=71d0 bf9ef=7498 bf9f0=85fa bf9f1=96a3 bf9f2=9c57 bf9f3=9e9f
        bf9f4=6797 bf9f5=6dcb bf9f6=81e8 bf9f7=7acb bf9f8=7b20 bf9f9=7c92 bf9fa=72c0 bf9fb=7099 bf9fc=8b58
        bf9fd=4ec0 bf9fe=8336 bf9ff=523a bfa00=5207 bfa01=5ea6 bfa02=62d3 bfa03=7cd6 bfa04=5b85 bfa05=6d1e
        bfa06=66b4 bfa07=8f3b bfa08=884c bfa09=964d bfa0a=898b bfa0b=5ed3 bfa0c=5140 bfa0d=55c0 bfa10=585a
        bfa12=6674 bfa15=51de bfa16=732a bfa17=76ca bfa18=793c bfa19=795e bfa1a=7965 bfa1b=798f bfa1c=9756
        bfa1d=7cbe bfa1e=7fbd bfa20=8612 bfa22=8af8 bfa25=9038 bfa26=90fd bfa2a=98ef bfa2b=98fc bfa2c=9928
        bfa2d=9db4 bfa2e=90de bfa2f=96b7 bfa30=4fae bfa31=50e7 bfa32=514d bfa33=52c9 bfa34=52e4 bfa35=5351
        bfa36=559d bfa37=5606 bfa38=5668 bfa39=5840 bfa3a=58a8 bfa3b=5c64 bfa3c=5c6e bfa3d=6094 bfa3e=6168
        bfa3f=618e bfa40=61f2 bfa41=654f bfa42=65e2 bfa43=6691 bfa44=6885 bfa45=6d77 bfa46=6e1a bfa47=6f22
        bfa48=716e bfa49=722b bfa4a=7422 bfa4b=7891 bfa4c=793e bfa4d=7949 bfa4e=7948 bfa4f=7950 bfa50=7956
        bfa51=795d afa52=798d+2 bfa54=7a40 bfa55=7a81 bfa56=7bc0 bfa57=7df4 bfa58=7e09 bfa59=7e41 bfa5a=7f72
        bfa5b=8005 bfa5c=81ed bfa5d=8279+2 bfa5f=8457 bfa60=8910 bfa61=8996 bfa62=8b01 bfa63=8b39 bfa64=8cd3
        bfa65=8d08 bfa66=8fb6 bfa67=9038 bfa68=96e3 bfa69=97ff bfa6a=983b bfa6b=6075 bfa6c=242ee bfa6d=8218
        bfa70=4e26 bfa71=51b5 bfa72=5168 bfa73=4f80 bfa74=5145 bfa75=5180 bfa76=52c7 bfa77=52fa bfa78=559d
        bfa79=5555 bfa7a=5599 bfa7b=55e2 bfa7c=585a bfa7d=58b3 bfa7e=5944 bfa7f=5954 bfa80=5a62 bfa81=5b28
        bfa82=5ed2 bfa83=5ed9 bfa84=5f69 bfa85=5fad bfa86=60d8 bfa87=614e bfa88=6108 bfa89=618e bfa8a=6160
        bfa8b=61f2 bfa8c=6234 bfa8d=63c4 bfa8e=641c bfa8f=6452 bfa90=6556 bfa91=6674 bfa92=6717 bfa93=671b
        bfa94=6756 bfa95=6b79 bfa96=6bba bfa97=6d41 bfa98=6edb bfa99=6ecb bfa9a=6f22 bfa9b=701e bfa9c=716e
        bfa9d=77a7 bfa9e=7235 bfa9f=72af bfaa0=732a bfaa1=7471 bfaa2=7506 bfaa3=753b bfaa4=761d bfaa5=761f
        bfaa6=76ca bfaa7=76db bfaa8=76f4 bfaa9=774a bfaaa=7740 bfaab=78cc bfaac=7ab1 bfaad=7bc0 bfaae=7c7b
        bfaaf=7d5b bfab0=7df4 bfab1=7f3e bfab2=8005 bfab3=8352 bfab4=83ef bfab5=8779 bfab6=8941 bfab7=8986
        bfab8=8996 bfab9=8abf bfaba=8af8 bfabb=8acb bfabc=8b01 bfabd=8afe bfabe=8aed bfabf=8b39 bfac0=8b8a
        bfac1=8d08 bfac2=8f38 bfac3=9072 bfac4=9199 bfac5=9276 bfac6=967c bfac7=96e3 bfac8=9756 bfac9=97db
        bfaca=97ff bfacb=980b bfacc=983b bfacd=9b12 bface=9f9c bfacf=2284a bfad0=22844 bfad1=233d5 bfad2=3b9d
        bfad3=4018 bfad4=4039 bfad5=25249 bfad6=25cd0 bfad7=27ed3 bfad8=9f43 bfad9=9f8e bfb1d=5d9 bfb1f=5f2
        bfb20=5e2 bfb21=5d0 afb22=5d3+2 afb24=5db+3 bfb27=5e8 bfb28=5ea bfb2a=5e9+4 bfb2e=5d0+3 afb31=5d1+6
        afb38=5d8+5 cfb3e=5de+2 cfb41=5e1+2 cfb44=5e4+4 cfb47=5e7+2 bfb4b=5d5 bfb4c=5d1 bfb4d=5db bfb4e=5e4
        bfb50=627+2 bfb52=67b+4 bfb56=67e+4 bfb5a=680+4 bfb5e=67a+4 bfb62=67f+4 bfb66=679+4 bfb6a=6a4+4 bfb6e=6a6+4
        bfb72=684+4 bfb76=683+4 bfb7a=686+4 bfb7e=687+4 bfb82=68d+2 bfb84=68c+2 bfb86=68e+2 bfb88=688+2 bfb8a=698+2
        bfb8c=691+2 bfb8e=643+4 bfb92=6af+4 bfb96=6b3+4 bfb9a=6b1+4 bfb9e=6ba+2 bfba0=6bb+4 bfba4=647+a bfbae=64a+4
        bfbd3=6ad+4 bfbd7=6c7+2 bfbd9=6c6+2 bfbdb=6c8+2 bfbde=6cb+2 bfbe0=6c5+2 bfbe2=6c9+2 bfbe4=6d0+4 bfbe8=64a+2
        bfbfc=64a+4 afc5b=630+2 bfc5d=64a bfc90=64a bfcd9=647 bfd3c=627+2 bfe80=621 bfe81=627+4 bfe85=648+2
        bfe87=627+2 bfe89=64a+4 bfe8d=627+2 bfe8f=628+4 bfe93=647+2 bfe95=62a+4 bfe99=62b+4 bfe9d=62c+4 bfea1=62d+4
        bfea5=62e+4 bfea9=62f+2 bfeab=630+2 bfead=631+2 bfeaf=632+2 bfeb1=633+4 bfeb5=634+4 bfeb9=635+4 bfebd=636+4
        bfec1=637+4 bfec5=638+4 bfec9=639+4 bfecd=63a+4 bfed1=641+4 bfed5=642+4 bfed9=643+4 bfedd=644+4 bfee1=645+4
        bfee5=646+4 bfee9=647+4 bfeed=648+2 bfeef=64a+6 aff10=30+a aff21=61+1a aff41=61+1a bff66=3092 bff67=3041
        bff68=3043 bff69=3045 bff6a=3047 bff6b=3049 bff6c=3083 bff6d=3085 bff6e=3087 bff6f=3063 bff70=30fc
        bff71=3042 bff72=3044 bff73=3046 bff74=3048 aff75=304a+2 bff77=304d bff78=304f bff79=3051 bff7a=3053
        bff7b=3055 bff7c=3057 bff7d=3059 bff7e=305b bff7f=305d bff80=305f bff81=3061 bff82=3064 bff83=3066
        bff84=3068 aff85=306a+6 bff8b=3072 bff8c=3075 bff8d=3078 bff8e=307b aff8f=307e+5 bff94=3084 bff95=3086
        aff96=3088+6 bff9c=308f bff9d=3093 aff9e=3099+2 bffa0=1160 affa1=1100+2 cffa3=11aa+2 bffa4=1102 bffa6=11ad
        affa7=1103+3 affaa=11b0+6 bffb0=111a affb1=1106+3 bffb4=1121 affb5=1109+a affc2=1161+6 affca=1167+6
        affd2=116d+6 affda=1173+3 a10400=10428+28 a104a0=30+a a104b0=104d8+24 c10570=10597+13 c10571=10598+5
        c1057d=105a4+7 c1058d=105b4+3 b10595=105bc a10781=2d0+2 b10784=299 b10785=62 c10787=2a3+2 b10788=ab66
        b1078a=2a4 b1078b=64+2 b1078d=1d91 b1078e=258 b1078f=25e b10790=2a9 b10791=264 b10792=262 b10793=67
        b10794=29b b10795=68 b10796=29c b10797=267 b10798=284 a10799=2aa+2 b1079b=26c b1079c=1df04 b1079d=a78e
        b1079e=26e b1079f=1df05 b107a0=28e b107a1=1df06 b107a2=6f a107a3=276+2 b107a5=71 b107a6=27a b107a7=1df08
        a107a8=27d+2 b107aa=280 b107ab=2a8 b107ac=2a6 b107ad=ab67 b107ae=2a7 b107af=74 b107b0=2c71 b107b2=28f
        a107b3=2a1+2 b107b5=298 a107b6=1c0+3 b107b9=1df0a b107ba=1df1e a10c80=10cc0+33 a10d30=30+a a11066=30+a
        a110f0=30+a a11136=30+a a111d0=30+a a112f0=30+a a11450=30+a a114d0=30+a a11650=30+a a116c0=30+a a11730=30+a
        a118a0=118c0+20 a118e0=30+a a11950=30+a a11c50=30+a a11d50=30+a a11da0=30+a a16a60=30+a a16ac0=30+a
        a16b50=30+a a16e40=16e60+20 b1d15e=1d165+2 b1d1bb=1d165+2 a1d400=61+1a a1d41a=61+1a a1d434=61+1a c1d44e=61+d
        c1d44f=62+3 c1d457=6a+9 a1d468=61+1a a1d482=61+1a c1d49c=61+2 b1d49f=64 b1d4a2=67 a1d4a5=6a+2 a1d4a9=6e+4
        a1d4ae=73+8 a1d4b6=61+4 c1d4bb=66+b c1d4be=69+3 c1d4c6=71+5 a1d4d0=61+1a a1d4ea=61+1a a1d504=61+2
        a1d507=64+4 a1d50d=6a+8 a1d516=73+7 a1d51e=61+1a a1d538=61+2 a1d53b=64+4 a1d540=69+5 b1d546=6f a1d54a=73+7
        a1d552=61+1a a1d56c=61+1a a1d586=61+1a a1d5a0=61+1a a1d5ba=61+1a a1d5d4=61+1a a1d5ee=61+1a a1d608=61+1a
        a1d622=61+1a a1d63c=61+1a a1d656=61+1a a1d670=61+1a a1d68a=61+1a b1d6a4=69 b1d6a5=237 a1d6a8=3b1+11
        b1d6b9=3b8 a1d6ba=3c3+7 a1d6c2=3b1+11 b1d6d3=3c3+2 a1d6d5=3c4+6 b1d6dc=3b5 b1d6dd=3b8 b1d6de=3ba b1d6df=3c6
        b1d6e0=3c1 b1d6e1=3c0 a1d6e2=3b1+11 b1d6f3=3b8 a1d6f4=3c3+7 a1d6fc=3b1+11 b1d70d=3c3+2 a1d70f=3c4+6
        b1d716=3b5 b1d717=3b8 b1d718=3ba b1d719=3c6 b1d71a=3c1 b1d71b=3c0 a1d71c=3b1+11 b1d72d=3b8 a1d72e=3c3+7
        a1d736=3b1+11 b1d747=3c3+2 a1d749=3c4+6 b1d750=3b5 b1d751=3b8 b1d752=3ba b1d753=3c6 b1d754=3c1 b1d755=3c0
        a1d756=3b1+11 b1d767=3b8 a1d768=3c3+7 a1d770=3b1+11 b1d781=3c3+2 a1d783=3c4+6 b1d78a=3b5 b1d78b=3b8
        b1d78c=3ba b1d78d=3c6 b1d78e=3c1 b1d78f=3c0 a1d790=3b1+11 b1d7a1=3b8 a1d7a2=3c3+7 a1d7aa=3b1+11 b1d7bb=3c3+2
        a1d7bd=3c4+6 b1d7c4=3b5 b1d7c5=3b8 b1d7c6=3ba b1d7c7=3c6 b1d7c8=3c1 b1d7c9=3c0 b1d7ca=3dd+2 a1d7ce=30+a
        a1d7d8=30+a a1d7e2=30+a a1d7ec=30+a a1d7f6=30+a a1e140=30+a a1e2f0=30+a a1e900=1e922+22 a1e950=30+a
        a1ee00=627+2 b1ee02=62c b1ee03=62f b1ee05=648 b1ee06=632 b1ee07=62d b1ee08=637 b1ee09=64a a1ee0a=643+4
        b1ee0e=633 b1ee0f=639 b1ee10=641 b1ee11=635 b1ee12=642 b1ee13=631 b1ee14=634 a1ee15=62a+2 b1ee17=62e
        b1ee18=630 b1ee19=636 b1ee1a=638 b1ee1b=63a b1ee1c=66e b1ee1d=6ba b1ee1e=6a1 b1ee1f=66f b1ee21=628
        b1ee22=62c b1ee24=647 b1ee27=62d b1ee29=64a a1ee2a=643+4 b1ee2e=633 b1ee2f=639 b1ee30=641 b1ee31=635
        b1ee32=642 b1ee34=634 a1ee35=62a+2 b1ee37=62e b1ee39=636 b1ee3b=63a b1ee42=62c b1ee47=62d b1ee49=64a
        c1ee4b=644+2 b1ee4e=633 b1ee4f=639 b1ee51=635 b1ee52=642 b1ee54=634 b1ee57=62e b1ee59=636 b1ee5b=63a
        b1ee5d=6ba b1ee5f=66f b1ee61=628 b1ee62=62c b1ee64=647 b1ee67=62d b1ee68=637 b1ee69=64a c1ee6a=643+2
        b1ee6d=646 b1ee6e=633 b1ee6f=639 b1ee70=641 b1ee71=635 b1ee72=642 b1ee74=634 a1ee75=62a+2 b1ee77=62e
        b1ee79=636 b1ee7a=638 b1ee7b=63a b1ee7c=66e b1ee7e=6a1 a1ee80=627+2 b1ee82=62c b1ee83=62f a1ee84=647+2
        b1ee86=632 b1ee87=62d b1ee88=637 b1ee89=64a a1ee8b=644+3 b1ee8e=633 b1ee8f=639 b1ee90=641 b1ee91=635
        b1ee92=642 b1ee93=631 b1ee94=634 a1ee95=62a+2 b1ee97=62e b1ee98=630 b1ee99=636 b1ee9a=638 b1ee9b=63a
        b1eea1=628 b1eea2=62c b1eea3=62f b1eea5=648 b1eea6=632 b1eea7=62d b1eea8=637 b1eea9=64a a1eeab=644+3
        b1eeae=633 b1eeaf=639 b1eeb0=641 b1eeb1=635 b1eeb2=642 b1eeb3=631 b1eeb4=634 a1eeb5=62a+2 b1eeb7=62e
        b1eeb8=630 b1eeb9=636 b1eeba=638 b1eebb=63a b1f100=30+2 a1f102=31+9 a1f110=61+1a b1f12a=73 b1f12b=63
        b1f12c=72 a1f130=61+1a b1f202=3055 b1f210=624b b1f211=5b57 b1f212=53cc b1f213=3067 b1f214=4e8c b1f215=591a
        b1f216=89e3 b1f217=5929 b1f218=4ea4 b1f219=6620 b1f21a=7121 b1f21b=6599 b1f21c=524d b1f21d=5f8c b1f21e=518d
        b1f21f=65b0 b1f220=521d b1f221=7d42 b1f222=751f b1f223=8ca9 b1f224=58f0 b1f225=5439 b1f226=6f14 b1f227=6295
        b1f228=6355 b1f229=4e00 b1f22a=4e09 b1f22b=904a b1f22c=5de6 b1f22d=4e2d b1f22e=53f3 b1f22f=6307 b1f230=8d70
        b1f231=6253 b1f232=7981 b1f233=7a7a b1f234=5408 b1f235=6e80 b1f236=6709 b1f237=6708 b1f238=7533 b1f239=5272
        b1f23a=55b6 b1f23b=914d b1f240=672c b1f241=4e09 b1f242=4e8c b1f243=5b89 b1f244=70b9 b1f245=6253 b1f246=76d7
        b1f247=52dd b1f248=6557 b1f250=5f97 b1f251=53ef a1fbf0=30+a b2f800=4e3d b2f801=4e38 b2f802=4e41 b2f803=20122
        b2f804=4f60 b2f805=4fae b2f806=4fbb b2f807=5002 b2f808=507a b2f809=5099 b2f80a=50e7 b2f80b=50cf b2f80c=349e
        b2f80d=2063a b2f80e=514d b2f80f=5154 b2f810=5164 b2f811=5177 b2f812=2051c b2f813=34b9 b2f814=5167
        b2f815=518d b2f816=2054b b2f817=5197 b2f818=51a4 b2f819=4ecc b2f81a=51ac b2f81b=51b5 b2f81c=291df
        b2f81d=51f5 b2f81e=5203 b2f81f=34df b2f820=523b b2f821=5246 b2f822=5272 b2f823=5277 b2f824=3515 b2f825=52c7
        b2f826=52c9 b2f827=52e4 b2f828=52fa a2f829=5305+2 b2f82b=5317 b2f82c=5349 b2f82d=5351 b2f82e=535a
        b2f82f=5373 c2f830=537d+2 e2f831=537f+2 b2f834=20a2c b2f835=7070 b2f836=53ca b2f837=53df b2f838=20b63
        b2f839=53eb b2f83a=53f1 b2f83b=5406 b2f83c=549e b2f83d=5438 b2f83e=5448 b2f83f=5468 b2f840=54a2 b2f841=54f6
        b2f842=5510 b2f843=5553 b2f844=5563 b2f845=5584+2 b2f847=5599 b2f848=55ab b2f849=55b3 b2f84a=55c2
        b2f84b=5716 b2f84c=5606 b2f84d=5717 b2f84e=5651 b2f84f=5674 b2f850=5207 b2f851=58ee b2f852=57ce b2f853=57f4
        b2f854=580d b2f855=578b b2f856=5832 b2f857=5831 b2f858=58ac b2f859=214e4 b2f85a=58f2 b2f85b=58f7 b2f85c=5906
        b2f85d=591a b2f85e=5922 b2f85f=5962 b2f860=216a8 b2f861=216ea b2f862=59ec b2f863=5a1b b2f864=5a27
        b2f865=59d8 b2f866=5a66 b2f867=36ee b2f868=36fc b2f869=5b08 b2f86a=5b3e+2 b2f86c=219c8 b2f86d=5bc3
        b2f86e=5bd8 b2f86f=5be7 b2f870=5bf3 b2f871=21b18 b2f872=5bff b2f873=5c06 b2f874=5f53 b2f875=5c22 b2f876=3781
        b2f877=5c60 b2f878=5c6e b2f879=5cc0 b2f87a=5c8d c2f87b=21de4+2 b2f87c=5d43 b2f87e=5d6e b2f87f=5d6b
        b2f880=5d7c a2f881=5de1+2 b2f883=382f b2f884=5dfd b2f885=5e28 b2f886=5e3d b2f887=5e69 b2f888=3862
        b2f889=22183 b2f88a=387c b2f88b=5eb0 b2f88c=5eb3 b2f88d=5eb6 b2f88e=5eca b2f88f=2a392 b2f890=5efe
        b2f891=22331+2 b2f893=8201 b2f894=5f22+2 b2f896=38c7 b2f897=232b8 b2f898=261da b2f899=5f62 b2f89a=5f6b
        b2f89b=38e3 b2f89c=5f9a b2f89d=5fcd b2f89e=5fd7 b2f89f=5ff9 b2f8a0=6081 b2f8a1=393a b2f8a2=391c b2f8a3=6094
        b2f8a4=226d4 b2f8a5=60c7 b2f8a6=6148 e2f8a7=614c+2 b2f8a8=614e b2f8aa=617a b2f8ab=618e b2f8ac=61b2
        b2f8ad=61a4 b2f8ae=61af b2f8af=61de b2f8b0=61f2 b2f8b1=61f6 b2f8b2=6210 b2f8b3=621b b2f8b4=625d b2f8b5=62b1
        b2f8b6=62d4 b2f8b7=6350 b2f8b8=22b0c b2f8b9=633d b2f8ba=62fc b2f8bb=6368 b2f8bc=6383 b2f8bd=63e4
        b2f8be=22bf1 b2f8bf=6422 b2f8c0=63c5 b2f8c1=63a9 b2f8c2=3a2e b2f8c3=6469 b2f8c4=647e b2f8c5=649d b2f8c6=6477
        b2f8c7=3a6c b2f8c8=654f b2f8c9=656c b2f8ca=2300a b2f8cb=65e3 b2f8cc=66f8 b2f8cd=6649 b2f8ce=3b19 b2f8cf=6691
        b2f8d0=3b08 b2f8d1=3ae4 b2f8d2=5192 b2f8d3=5195 b2f8d4=6700 b2f8d5=669c b2f8d6=80ad b2f8d7=43d9 b2f8d8=6717
        b2f8d9=671b b2f8da=6721 b2f8db=675e b2f8dc=6753 b2f8dd=233c3 b2f8de=3b49 b2f8df=67fa b2f8e0=6785 b2f8e1=6852
        b2f8e2=6885 b2f8e3=2346d b2f8e4=688e b2f8e5=681f b2f8e6=6914 b2f8e7=3b9d b2f8e8=6942 b2f8e9=69a3 b2f8ea=69ea
        b2f8eb=6aa8 b2f8ec=236a3 b2f8ed=6adb b2f8ee=3c18 b2f8ef=6b21 b2f8f0=238a7 b2f8f1=6b54 b2f8f2=3c4e
        b2f8f3=6b72 b2f8f4=6b9f a2f8f5=6bba+2 b2f8f7=23a8d b2f8f8=21d0b b2f8f9=23afa b2f8fa=6c4e b2f8fb=23cbc
        b2f8fc=6cbf b2f8fd=6ccd b2f8fe=6c67 b2f8ff=6d16 b2f900=6d3e b2f901=6d77 b2f902=6d41 b2f903=6d69 b2f904=6d78
        b2f905=6d85 b2f906=23d1e b2f907=6d34 b2f908=6e2f b2f909=6e6e b2f90a=3d33 b2f90b=6ecb b2f90c=6ec7
        b2f90d=23ed1 b2f90e=6df9 b2f90f=6f6e b2f910=23f5e b2f911=23f8e b2f912=6fc6 b2f913=7039 b2f914=701e
        b2f915=701b b2f916=3d96 b2f917=704a b2f918=707d b2f919=7077 b2f91a=70ad b2f91b=20525 b2f91c=7145
        b2f91d=24263 b2f91e=719c b2f91f=243ab b2f920=7228 b2f921=7235 b2f922=7250 b2f923=24608 b2f924=7280
        b2f925=7295 b2f926=24735 b2f927=24814 b2f928=737a b2f929=738b b2f92a=3eac b2f92b=73a5 b2f92c=3eb8+2
        b2f92e=7447 b2f92f=745c b2f930=7471 b2f931=7485 b2f932=74ca b2f933=3f1b b2f934=7524 b2f935=24c36 b2f936=753e
        b2f937=24c92 b2f938=7570 b2f939=2219f b2f93a=7610 b2f93b=24fa1 b2f93c=24fb8 b2f93d=25044 b2f93e=3ffc
        b2f93f=4008 b2f940=76f4 b2f941=250f3 b2f942=250f2 b2f943=25119 b2f944=25133 a2f945=771e+2 b2f947=771f
        b2f948=774a b2f949=4039 b2f94a=778b b2f94b=4046 b2f94c=4096 b2f94d=2541d b2f94e=784e b2f94f=788c b2f950=78cc
        b2f951=40e3 b2f952=25626 b2f953=7956 b2f954=2569a b2f955=256c5 b2f956=798f b2f957=79eb b2f958=412f
        b2f959=7a40 b2f95a=7a4a b2f95b=7a4f b2f95c=2597c b2f95d=25aa7+2 b2f95f=7aee b2f960=4202 b2f961=25bab
        b2f962=7bc6 b2f963=7bc9 b2f964=4227 b2f965=25c80 b2f966=7cd2 b2f967=42a0 b2f968=7ce8 b2f969=7ce3 b2f96a=7d00
        b2f96b=25f86 b2f96c=7d63 b2f96d=4301 b2f96e=7dc7 b2f96f=7e02 b2f970=7e45 b2f971=4334 b2f972=26228
        b2f973=26247 b2f974=4359 b2f975=262d9 b2f976=7f7a b2f977=2633e b2f978=7f95 b2f979=7ffa b2f97a=8005
        b2f97b=264da b2f97c=26523 b2f97d=8060 b2f97e=265a8 b2f97f=8070 b2f980=2335f b2f981=43d5 b2f982=80b2
        b2f983=8103 b2f984=440b b2f985=813e b2f986=5ab5 b2f987=267a7 b2f988=267b5 b2f989=23393 b2f98a=2339c
        b2f98b=8201 b2f98c=8204 b2f98d=8f9e b2f98e=446b b2f98f=8291 b2f990=828b b2f991=829d b2f992=52b3 b2f993=82b1
        b2f994=82b3 b2f995=82bd b2f996=82e6 b2f997=26b3c b2f998=82e5 b2f999=831d b2f99a=8363 b2f99b=83ad b2f99c=8323
        b2f99d=83bd b2f99e=83e7 b2f99f=8457 b2f9a0=8353 b2f9a1=83ca b2f9a2=83cc b2f9a3=83dc b2f9a4=26c36
        b2f9a5=26d6b b2f9a6=26cd5 b2f9a7=452b b2f9a8=84f1 b2f9a9=84f3 b2f9aa=8516 b2f9ab=273ca b2f9ac=8564
        b2f9ad=26f2c b2f9ae=455d b2f9af=4561 b2f9b0=26fb1 b2f9b1=270d2 b2f9b2=456b b2f9b3=8650 b2f9b4=865c
        b2f9b5=8667 b2f9b6=8669 b2f9b7=86a9 b2f9b8=8688 b2f9b9=870e b2f9ba=86e2 b2f9bb=8779 b2f9bc=8728 b2f9bd=876b
        b2f9be=8786 b2f9bf=45d7 b2f9c0=87e1 b2f9c1=8801 b2f9c2=45f9 b2f9c3=8860 b2f9c4=8863 b2f9c5=27667 b2f9c6=88d7
        b2f9c7=88de b2f9c8=4635 b2f9c9=88fa b2f9ca=34bb b2f9cb=278ae b2f9cc=27966 b2f9cd=46be b2f9ce=46c7
        b2f9cf=8aa0 b2f9d0=8aed b2f9d1=8b8a b2f9d2=8c55 b2f9d3=27ca8 b2f9d4=8cab b2f9d5=8cc1 b2f9d6=8d1b b2f9d7=8d77
        b2f9d8=27f2f b2f9d9=20804 b2f9da=8dcb b2f9db=8dbc b2f9dc=8df0 b2f9dd=208de b2f9de=8ed4 b2f9df=8f38
        b2f9e0=285d2 b2f9e1=285ed b2f9e2=9094 b2f9e3=90f1 b2f9e4=9111 b2f9e5=2872e b2f9e6=911b b2f9e7=9238
        a2f9e8=92d7+2 b2f9ea=927c b2f9eb=93f9 b2f9ec=9415 b2f9ed=28bfa b2f9ee=958b b2f9ef=4995 b2f9f0=95b7
        b2f9f1=28d77 b2f9f2=49e6 b2f9f3=96c3 b2f9f4=5db2 b2f9f5=9723 b2f9f6=29145 b2f9f7=2921a b2f9f8=4a6e
        b2f9f9=4a76 b2f9fa=97e0 b2f9fb=2940a b2f9fc=4ab2 b2f9fd=29496 b2f9fe=980b+2 b2fa00=9829 b2fa01=295b6
        b2fa02=98e2 b2fa03=4b33 b2fa04=9929 b2fa05=99a7 b2fa06=99c2 b2fa07=99fe b2fa08=4bce b2fa09=29b30 b2fa0a=9b12
        b2fa0b=9c40 b2fa0c=9cfd b2fa0d=4cce b2fa0e=4ced b2fa0f=9d67 b2fa10=2a0ce b2fa11=4cf8 b2fa12=2a105
        b2fa13=2a20e b2fa14=2a291 b2fa15=9ebb b2fa16=4d56 b2fa17=9ef9 b2fa18=9efe b2fa19=9f05 b2fa1a=9f0f
        b2fa1b=9f16 b2fa1c=9f3b b2fa1d=2a600 mbc=31,20,34 mbd=31,20,32 mbe=33,20,34 mc6=61,65 mde=74,68 mdf=73,73
        me6=61,65 mfe=74,68 m132=69,6a m133=69,6a m149=2bc,6e m152=6f,65 m153=6f,65 m1c4=64,7a m1c5=64,7a m1c6=64,7a
        m1c7=6c,6a m1c8=6c,6a m1c9=6c,6a m1ca=6e,6a m1cb=6e,6a m1cc=6e,6a m1e2=61,65 m1e3=61,65 m1f1=64,7a
        m1f2=64,7a m1f3=64,7a m1fc=61,65 m1fd=61,65 m587=565,582 m675=627,674 m676=648,674 m677=6c7,674 m678=64a,674
        m929=928,93c m931=930,93c m934=933,93c m958=915,93c m959=916,93c m95a=917,93c m95b=91c,93c m95c=921,93c
        m95d=922,93c m95e=92b,93c m95f=92f,93c m9cb=9c7,9be m9cc=9c7,9d7 m9dc=9a1,9bc m9dd=9a2,9bc m9df=9af,9bc
        ma33=a32,a3c ma36=a38,a3c ma59=a16,a3c ma5a=a17,a3c ma5b=a1c,a3c ma5e=a2b,a3c mb48=b47,b56 mb4b=b47,b3e
        mb4c=b47,b57 mb5c=b21,b3c mb5d=b22,b3c mb94=b92,bd7 mbca=bc6,bbe mbcb=bc7,bbe mbcc=bc6,bd7 mc48=c46,c56
        mcc0=cbf,cd5 mcc7=cc6,cd5 mcc8=cc6,cd6 mcca=cc6,cc2 mccb=cc6,cc2,cd5 md4a=d46,d3e md4b=d47,d3e md4c=d46,d57
        mdda=dd9,dca mddc=dd9,dcf mddd=dd9,dcf,dca mdde=dd9,ddf me33=e4d,e32 meb3=ecd,eb2 medc=eab,e99 medd=eab,ea1
        mf43=f42,fb7 mf4d=f4c,fb7 mf52=f51,fb7 mf57=f56,fb7 mf5c=f5b,fb7 mf69=f40,fb5 mf73=f71,f72 mf75=f71,f74
        mf76=fb2,f80 mf77=fb2,f71,f80 mf78=fb3,f80 mf79=fb3,f71,f80 mf81=f71,f80 mf93=f92,fb7 mf9d=f9c,fb7
        mfa2=fa1,fb7 mfa7=fa6,fb7 mfac=fab,fb7 mfb9=f90,fb5 m1026=1025,102e m1b06=1b05,1b35 m1b08=1b07,1b35
        m1b0a=1b09,1b35 m1b0c=1b0b,1b35 m1b0e=1b0d,1b35 m1b12=1b11,1b35 m1b3b=1b3a,1b35 m1b3d=1b3c,1b35
        m1b40=1b3e,1b35 m1b41=1b3f,1b35 m1b43=1b42,1b35 m1d2d=61,65 m1e9a=61,2be m1e9e=73,73 m1f80=3b1,3b9
        m1f81=3b1,3b9 m1f82=3b1,3b9 m1f83=3b1,3b9 m1f84=3b1,3b9 m1f85=3b1,3b9 m1f86=3b1,3b9 m1f87=3b1,3b9
        m1f88=3b1,3b9 m1f89=3b1,3b9 m1f8a=3b1,3b9 m1f8b=3b1,3b9 m1f8c=3b1,3b9 m1f8d=3b1,3b9 m1f8e=3b1,3b9
        m1f8f=3b1,3b9 m1f90=3b7,3b9 m1f91=3b7,3b9 m1f92=3b7,3b9 m1f93=3b7,3b9 m1f94=3b7,3b9 m1f95=3b7,3b9
        m1f96=3b7,3b9 m1f97=3b7,3b9 m1f98=3b7,3b9 m1f99=3b7,3b9 m1f9a=3b7,3b9 m1f9b=3b7,3b9 m1f9c=3b7,3b9
        m1f9d=3b7,3b9 m1f9e=3b7,3b9 m1f9f=3b7,3b9 m1fa0=3c9,3b9 m1fa1=3c9,3b9 m1fa2=3c9,3b9 m1fa3=3c9,3b9
        m1fa4=3c9,3b9 m1fa5=3c9,3b9 m1fa6=3c9,3b9 m1fa7=3c9,3b9 m1fa8=3c9,3b9 m1fa9=3c9,3b9 m1faa=3c9,3b9
        m1fab=3c9,3b9 m1fac=3c9,3b9 m1fad=3c9,3b9 m1fae=3c9,3b9 m1faf=3c9,3b9 m1fb2=3b1,3b9 m1fb3=3b1,3b9
        m1fb4=3b1,3b9 m1fb7=3b1,3b9 m1fbc=3b1,3b9 m1fc2=3b7,3b9 m1fc3=3b7,3b9 m1fc4=3b7,3b9 m1fc7=3b7,3b9
        m1fcc=3b7,3b9 m1ff2=3c9,3b9 m1ff3=3c9,3b9 m1ff4=3c9,3b9 m1ff7=3c9,3b9 m1ffc=3c9,3b9 m20a8=72,73
        m2100=61,20,63 m2101=61,20,73 m2105=63,20,6f m2106=63,20,75 m2116=6e,6f m2120=73,6d m2121=74,65,6c
        m2122=74,6d m213b=66,61,78 m2150=31,20,37 m2151=31,20,39 m2152=31,20,31,30 m2153=31,20,33 m2154=32,20,33
        m2155=31,20,35 m2156=32,20,35 m2157=33,20,35 m2158=34,20,35 m2159=31,20,36 m215a=35,20,36 m215b=31,20,38
        m215c=33,20,38 m215d=35,20,38 m215e=37,20,38 m2161=69,69 m2162=69,69,69 m2163=69,76 m2165=76,69
        m2166=76,69,69 m2167=76,69,69,69 m2168=69,78 m216a=78,69 m216b=78,69,69 m2171=69,69 m2172=69,69,69
        m2173=69,76 m2175=76,69 m2176=76,69,69 m2177=76,69,69,69 m2178=69,78 m217a=78,69 m217b=78,69,69
        m2189=30,20,33 m2469=31,30 m246a=31,31 m246b=31,32 m246c=31,33 m246d=31,34 m246e=31,35 m246f=31,36
        m2470=31,37 m2471=31,38 m2472=31,39 m2473=32,30 m247d=31,30 m247e=31,31 m247f=31,32 m2480=31,33 m2481=31,34
        m2482=31,35 m2483=31,36 m2484=31,37 m2485=31,38 m2486=31,39 m2487=32,30 m2491=31,30 m2492=31,31 m2493=31,32
        m2494=31,33 m2495=31,34 m2496=31,35 m2497=31,36 m2498=31,37 m2499=31,38 m249a=31,39 m249b=32,30
        m309f=3088,308a m30f7=308f,3099 m30f8=3090,3099 m30f9=3091,3099 m30fa=3092,3099 m30ff=3053,3068
        m320e=1100,1161 m320f=1102,1161 m3210=1103,1161 m3211=1105,1161 m3212=1106,1161 m3213=1107,1161
        m3214=1109,1161 m3215=110b,1161 m3216=110c,1161 m3217=110e,1161 m3218=110f,1161 m3219=1110,1161
        m321a=1111,1161 m321b=1112,1161 m321c=110c,116e m321d=110b,1169,110c,1165,11ab m321e=110b,1169,1112,116e
        m3250=70,74,65 m3251=32,31 m3252=32,32 m3253=32,33 m3254=32,34 m3255=32,35 m3256=32,36 m3257=32,37
        m3258=32,38 m3259=32,39 m325a=33,30 m325b=33,31 m325c=33,32 m325d=33,33 m325e=33,34 m325f=33,35
        m326e=1100,1161 m326f=1102,1161 m3270=1103,1161 m3271=1105,1161 m3272=1106,1161 m3273=1107,1161
        m3274=1109,1161 m3275=110b,1161 m3276=110c,1161 m3277=110e,1161 m3278=110f,1161 m3279=1110,1161
        m327a=1111,1161 m327b=1112,1161 m327c=110e,1161,11b7,1100,1169 m327d=110c,116e,110b,1174 m327e=110b,116e
        m32b1=33,36 m32b2=33,37 m32b3=33,38 m32b4=33,39 m32b5=34,30 m32b6=34,31 m32b7=34,32 m32b8=34,33 m32b9=34,34
        m32ba=34,35 m32bb=34,36 m32bc=34,37 m32bd=34,38 m32be=34,39 m32bf=35,30 m32c0=31,6708 m32c1=32,6708
        m32c2=33,6708 m32c3=34,6708 m32c4=35,6708 m32c5=36,6708 m32c6=37,6708 m32c7=38,6708 m32c8=39,6708
        m32c9=31,30,6708 m32ca=31,31,6708 m32cb=31,32,6708 m32cc=68,67 m32cd=65,72,67 m32ce=65,76 m32cf=6c,74,64
        m32ff=4ee4,548c m3300=3042,3071,30fc,3068 m3301=3042,308b,3075,3041 m3302=3042,3093,307a,3042
        m3303=3042,30fc,308b m3304=3044,306b,3093,3050 m3305=3044,3093,3061 m3306=3046,3049,3093
        m3307=3048,3059,304f,30fc,3069 m3308=3048,30fc,304b,30fc m3309=304a,3093,3059 m330a=304a,30fc,3080
        m330b=304b,3044,308a m330c=304b,3089,3063,3068 m330d=304b,308d,308a,30fc m330e=304c,308d,3093
        m330f=304c,3093,307e m3310=304e,304c m3311=304e,306b,30fc m3312=304d,3085,308a,30fc
        m3313=304e,308b,3060,30fc m3314=304d,308d m3315=304d,308d,3050,3089,3080 m3316=304d,308d,3081,30fc,3068,308b
        m3317=304d,308d,308f,3063,3068 m3318=3050,3089,3080 m3319=3050,3089,3080,3068,3093
        m331a=304f,308b,305c,3044,308d m331b=304f,308d,30fc,306d m331c=3051,30fc,3059 m331d=3053,308b,306a
        m331e=3053,30fc,307d m331f=3055,3044,304f,308b m3320=3055,3093,3061,30fc,3080 m3321=3057,308a,3093,3050
        m3322=305b,3093,3061 m3323=305b,3093,3068 m3324=3060,30fc,3059 m3325=3067,3057 m3326=3069,308b
        m3327=3068,3093 m3328=306a,306e m3329=306e,3063,3068 m332a=306f,3044,3064 m332b=3071,30fc,305b,3093,3068
        m332c=3071,30fc,3064 m332d=3070,30fc,308c,308b m332e=3074,3042,3059,3068,308b m332f=3074,304f,308b
        m3330=3074,3053 m3331=3073,308b m3332=3075,3041,3089,3063,3069 m3333=3075,3043,30fc,3068
        m3334=3076,3063,3057,3047,308b m3335=3075,3089,3093 m3336=3078,304f,305f,30fc,308b m3337=307a,305d
        m3338=307a,306b,3072 m3339=3078,308b,3064 m333a=307a,3093,3059 m333b=307a,30fc,3058 m333c=3079,30fc,305f
        m333d=307d,3044,3093,3068 m333e=307c,308b,3068 m333f=307b,3093 m3340=307d,3093,3069 m3341=307b,30fc,308b
        m3342=307b,30fc,3093 m3343=307e,3044,304f,308d m3344=307e,3044,308b m3345=307e,3063,306f
        m3346=307e,308b,304f m3347=307e,3093,3057,3087,3093 m3348=307f,304f,308d,3093 m3349=307f,308a
        m334a=307f,308a,3070,30fc,308b m334b=3081,304c m334c=3081,304c,3068,3093 m334d=3081,30fc,3068,308b
        m334e=3084,30fc,3069 m334f=3084,30fc,308b m3350=3086,3042,3093 m3351=308a,3063,3068,308b m3352=308a,3089
        m3353=308b,3074,30fc m3354=308b,30fc,3076,308b m3355=308c,3080 m3356=308c,3093,3068,3052,3093
        m3357=308f,3063,3068 m3358=30,70b9 m3359=31,70b9 m335a=32,70b9 m335b=33,70b9 m335c=34,70b9 m335d=35,70b9
        m335e=36,70b9 m335f=37,70b9 m3360=38,70b9 m3361=39,70b9 m3362=31,30,70b9 m3363=31,31,70b9 m3364=31,32,70b9
        m3365=31,33,70b9 m3366=31,34,70b9 m3367=31,35,70b9 m3368=31,36,70b9 m3369=31,37,70b9 m336a=31,38,70b9
        m336b=31,39,70b9 m336c=32,30,70b9 m336d=32,31,70b9 m336e=32,32,70b9 m336f=32,33,70b9 m3370=32,34,70b9
        m3371=68,70,61 m3372=64,61 m3373=61,75 m3374=62,61,72 m3375=6f,76 m3376=70,63 m3377=64,6d m3378=64,6d,32
        m3379=64,6d,33 m337a=69,75 m337b=5e73,6210 m337c=662d,548c m337d=5927,6b63 m337e=660e,6cbb
        m337f=682a,5f0f,4f1a,793e m3380=70,61 m3381=6e,61 m3382=3bc,61 m3383=6d,61 m3384=6b,61 m3385=6b,62
        m3386=6d,62 m3387=67,62 m3388=63,61,6c m3389=6b,63,61,6c m338a=70,66 m338b=6e,66 m338c=3bc,66 m338d=3bc,67
        m338e=6d,67 m338f=6b,67 m3390=68,7a m3391=6b,68,7a m3392=6d,68,7a m3393=67,68,7a m3394=74,68,7a m3395=3bc,6c
        m3396=6d,6c m3397=64,6c m3398=6b,6c m3399=66,6d m339a=6e,6d m339b=3bc,6d m339c=6d,6d m339d=63,6d m339e=6b,6d
        m339f=6d,6d,32 m33a0=63,6d,32 m33a1=6d,32 m33a2=6b,6d,32 m33a3=6d,6d,33 m33a4=63,6d,33 m33a5=6d,33
        m33a6=6b,6d,33 m33a7=6d,20,73 m33a8=6d,20,73,32 m33a9=70,61 m33aa=6b,70,61 m33ab=6d,70,61 m33ac=67,70,61
        m33ad=72,61,64 m33ae=72,61,64,20,73 m33af=72,61,64,20,73,32 m33b0=70,73 m33b1=6e,73 m33b2=3bc,73 m33b3=6d,73
        m33b4=70,76 m33b5=6e,76 m33b6=3bc,76 m33b7=6d,76 m33b8=6b,76 m33b9=6d,76 m33ba=70,77 m33bb=6e,77
        m33bc=3bc,77 m33bd=6d,77 m33be=6b,77 m33bf=6d,77 m33c0=6b,3c9 m33c1=6d,3c9 m33c2=61,20,6d m33c3=62,71
        m33c4=63,63 m33c5=63,64 m33c6=63,20,6b,67 m33c7=63,6f m33c8=64,62 m33c9=67,79 m33ca=68,61 m33cb=68,70
        m33cc=69,6e m33cd=6b,6b m33ce=6b,6d m33cf=6b,74 m33d0=6c,6d m33d1=6c,6e m33d2=6c,6f,67 m33d3=6c,78
        m33d4=6d,62 m33d5=6d,69,6c m33d6=6d,6f,6c m33d7=70,68 m33d8=70,20,6d m33d9=70,70,6d m33da=70,72 m33db=73,72
        m33dc=73,76 m33dd=77,62 m33de=76,20,6d m33df=61,20,6d m33e0=31,65e5 m33e1=32,65e5 m33e2=33,65e5
        m33e3=34,65e5 m33e4=35,65e5 m33e5=36,65e5 m33e6=37,65e5 m33e7=38,65e5 m33e8=39,65e5 m33e9=31,30,65e5
        m33ea=31,31,65e5 m33eb=31,32,65e5 m33ec=31,33,65e5 m33ed=31,34,65e5 m33ee=31,35,65e5 m33ef=31,36,65e5
        m33f0=31,37,65e5 m33f1=31,38,65e5 m33f2=31,39,65e5 m33f3=32,30,65e5 m33f4=32,31,65e5 m33f5=32,32,65e5
        m33f6=32,33,65e5 m33f7=32,34,65e5 m33f8=32,35,65e5 m33f9=32,36,65e5 m33fa=32,37,65e5 m33fb=32,38,65e5
        m33fc=32,39,65e5 m33fd=33,30,65e5 m33fe=33,31,65e5 m33ff=67,61,6c ma7f9=6f,65 mfb00=66,66 mfb01=66,69
        mfb02=66,6c mfb03=66,66,69 mfb04=66,66,6c mfb05=73,74 mfb06=73,74 mfb13=574,576 mfb14=574,565 mfb15=574,56b
        mfb16=57e,576 mfb17=574,56d mfb4f=5d0,5dc mfbdd=6c7,674 mfbea=64a,627 mfbeb=64a,627 mfbec=64a,647
        mfbed=64a,647 mfbee=64a,648 mfbef=64a,648 mfbf0=64a,6c7 mfbf1=64a,6c7 mfbf2=64a,6c6 mfbf3=64a,6c6
        mfbf4=64a,6c8 mfbf5=64a,6c8 mfbf6=64a,6d0 mfbf7=64a,6d0 mfbf8=64a,6d0 mfbf9=64a,64a mfbfa=64a,64a
        mfbfb=64a,64a mfc00=64a,62c mfc01=64a,62d mfc02=64a,645 mfc03=64a,64a mfc04=64a,64a mfc05=628,62c
        mfc06=628,62d mfc07=628,62e mfc08=628,645 mfc09=628,64a mfc0a=628,64a mfc0b=62a,62c mfc0c=62a,62d
        mfc0d=62a,62e mfc0e=62a,645 mfc0f=62a,64a mfc10=62a,64a mfc11=62b,62c mfc12=62b,645 mfc13=62b,64a
        mfc14=62b,64a mfc15=62c,62d mfc16=62c,645 mfc17=62d,62c mfc18=62d,645 mfc19=62e,62c mfc1a=62e,62d
        mfc1b=62e,645 mfc1c=633,62c mfc1d=633,62d mfc1e=633,62e mfc1f=633,645 mfc20=635,62d mfc21=635,645
        mfc22=636,62c mfc23=636,62d mfc24=636,62e mfc25=636,645 mfc26=637,62d mfc27=637,645 mfc28=638,645
        mfc29=639,62c mfc2a=639,645 mfc2b=63a,62c mfc2c=63a,645 mfc2d=641,62c mfc2e=641,62d mfc2f=641,62e
        mfc30=641,645 mfc31=641,64a mfc32=641,64a mfc33=642,62d mfc34=642,645 mfc35=642,64a mfc36=642,64a
        mfc37=643,627 mfc38=643,62c mfc39=643,62d mfc3a=643,62e mfc3b=643,644 mfc3c=643,645 mfc3d=643,64a
        mfc3e=643,64a mfc3f=644,62c mfc40=644,62d mfc41=644,62e mfc42=644,645 mfc43=644,64a mfc44=644,64a
        mfc45=645,62c mfc46=645,62d mfc47=645,62e mfc48=645,645 mfc49=645,64a mfc4a=645,64a mfc4b=646,62c
        mfc4c=646,62d mfc4d=646,62e mfc4e=646,645 mfc4f=646,64a mfc50=646,64a mfc51=647,62c mfc52=647,645
        mfc53=647,64a mfc54=647,64a mfc55=64a,62c mfc56=64a,62d mfc57=64a,62e mfc58=64a,645 mfc59=64a,64a
        mfc5a=64a,64a mfc64=64a,631 mfc65=64a,632 mfc66=64a,645 mfc67=64a,646 mfc68=64a,64a mfc69=64a,64a
        mfc6a=628,631 mfc6b=628,632 mfc6c=628,645 mfc6d=628,646 mfc6e=628,64a mfc6f=628,64a mfc70=62a,631
        mfc71=62a,632 mfc72=62a,645 mfc73=62a,646 mfc74=62a,64a mfc75=62a,64a mfc76=62b,631 mfc77=62b,632
        mfc78=62b,645 mfc79=62b,646 mfc7a=62b,64a mfc7b=62b,64a mfc7c=641,64a mfc7d=641,64a mfc7e=642,64a
        mfc7f=642,64a mfc80=643,627 mfc81=643,644 mfc82=643,645 mfc83=643,64a mfc84=643,64a mfc85=644,645
        mfc86=644,64a mfc87=644,64a mfc88=645,627 mfc89=645,645 mfc8a=646,631 mfc8b=646,632 mfc8c=646,645
        mfc8d=646,646 mfc8e=646,64a mfc8f=646,64a mfc91=64a,631 mfc92=64a,632 mfc93=64a,645 mfc94=64a,646
        mfc95=64a,64a mfc96=64a,64a mfc97=64a,62c mfc98=64a,62d mfc99=64a,62e mfc9a=64a,645 mfc9b=64a,647
        mfc9c=628,62c mfc9d=628,62d mfc9e=628,62e mfc9f=628,645 mfca0=628,647 mfca1=62a,62c mfca2=62a,62d
        mfca3=62a,62e mfca4=62a,645 mfca5=62a,647 mfca6=62b,645 mfca7=62c,62d mfca8=62c,645 mfca9=62d,62c
        mfcaa=62d,645 mfcab=62e,62c mfcac=62e,645 mfcad=633,62c mfcae=633,62d mfcaf=633,62e mfcb0=633,645
        mfcb1=635,62d mfcb2=635,62e mfcb3=635,645 mfcb4=636,62c mfcb5=636,62d mfcb6=636,62e mfcb7=636,645
        mfcb8=637,62d mfcb9=638,645 mfcba=639,62c mfcbb=639,645 mfcbc=63a,62c mfcbd=63a,645 mfcbe=641,62c
        mfcbf=641,62d mfcc0=641,62e mfcc1=641,645 mfcc2=642,62d mfcc3=642,645 mfcc4=643,62c mfcc5=643,62d
        mfcc6=643,62e mfcc7=643,644 mfcc8=643,645 mfcc9=644,62c mfcca=644,62d mfccb=644,62e mfccc=644,645
        mfccd=644,647 mfcce=645,62c mfccf=645,62d mfcd0=645,62e mfcd1=645,645 mfcd2=646,62c mfcd3=646,62d
        mfcd4=646,62e mfcd5=646,645 mfcd6=646,647 mfcd7=647,62c mfcd8=647,645 mfcda=64a,62c mfcdb=64a,62d
        mfcdc=64a,62e mfcdd=64a,645 mfcde=64a,647 mfcdf=64a,645 mfce0=64a,647 mfce1=628,645 mfce2=628,647
        mfce3=62a,645 mfce4=62a,647 mfce5=62b,645 mfce6=62b,647 mfce7=633,645 mfce8=633,647 mfce9=634,645
        mfcea=634,647 mfceb=643,644 mfcec=643,645 mfced=644,645 mfcee=646,645 mfcef=646,647 mfcf0=64a,645
        mfcf1=64a,647 mfcf5=637,64a mfcf6=637,64a mfcf7=639,64a mfcf8=639,64a mfcf9=63a,64a mfcfa=63a,64a
        mfcfb=633,64a mfcfc=633,64a mfcfd=634,64a mfcfe=634,64a mfcff=62d,64a mfd00=62d,64a mfd01=62c,64a
        mfd02=62c,64a mfd03=62e,64a mfd04=62e,64a mfd05=635,64a mfd06=635,64a mfd07=636,64a mfd08=636,64a
        mfd09=634,62c mfd0a=634,62d mfd0b=634,62e mfd0c=634,645 mfd0d=634,631 mfd0e=633,631 mfd0f=635,631
        mfd10=636,631 mfd11=637,64a mfd12=637,64a mfd13=639,64a mfd14=639,64a mfd15=63a,64a mfd16=63a,64a
        mfd17=633,64a mfd18=633,64a mfd19=634,64a mfd1a=634,64a mfd1b=62d,64a mfd1c=62d,64a mfd1d=62c,64a
        mfd1e=62c,64a mfd1f=62e,64a mfd20=62e,64a mfd21=635,64a mfd22=635,64a mfd23=636,64a mfd24=636,64a
        mfd25=634,62c mfd26=634,62d mfd27=634,62e mfd28=634,645 mfd29=634,631 mfd2a=633,631 mfd2b=635,631
        mfd2c=636,631 mfd2d=634,62c mfd2e=634,62d mfd2f=634,62e mfd30=634,645 mfd31=633,647 mfd32=634,647
        mfd33=637,645 mfd34=633,62c mfd35=633,62d mfd36=633,62e mfd37=634,62c mfd38=634,62d mfd39=634,62e
        mfd3a=637,645 mfd3b=638,645 mfd50=62a,62c,645 mfd51=62a,62d,62c mfd52=62a,62d,62c mfd53=62a,62d,645
        mfd54=62a,62e,645 mfd55=62a,645,62c mfd56=62a,645,62d mfd57=62a,645,62e mfd58=62c,645,62d mfd59=62c,645,62d
        mfd5a=62d,645,64a mfd5b=62d,645,64a mfd5c=633,62d,62c mfd5d=633,62c,62d mfd5e=633,62c,64a mfd5f=633,645,62d
        mfd60=633,645,62d mfd61=633,645,62c mfd62=633,645,645 mfd63=633,645,645 mfd64=635,62d,62d mfd65=635,62d,62d
        mfd66=635,645,645 mfd67=634,62d,645 mfd68=634,62d,645 mfd69=634,62c,64a mfd6a=634,645,62e mfd6b=634,645,62e
        mfd6c=634,645,645 mfd6d=634,645,645 mfd6e=636,62d,64a mfd6f=636,62e,645 mfd70=636,62e,645 mfd71=637,645,62d
        mfd72=637,645,62d mfd73=637,645,645 mfd74=637,645,64a mfd75=639,62c,645 mfd76=639,645,645 mfd77=639,645,645
        mfd78=639,645,64a mfd79=63a,645,645 mfd7a=63a,645,64a mfd7b=63a,645,64a mfd7c=641,62e,645 mfd7d=641,62e,645
        mfd7e=642,645,62d mfd7f=642,645,645 mfd80=644,62d,645 mfd81=644,62d,64a mfd82=644,62d,64a mfd83=644,62c,62c
        mfd84=644,62c,62c mfd85=644,62e,645 mfd86=644,62e,645 mfd87=644,645,62d mfd88=644,645,62d mfd89=645,62d,62c
        mfd8a=645,62d,645 mfd8b=645,62d,64a mfd8c=645,62c,62d mfd8d=645,62c,645 mfd8e=645,62e,62c mfd8f=645,62e,645
        mfd92=645,62c,62e mfd93=647,645,62c mfd94=647,645,645 mfd95=646,62d,645 mfd96=646,62d,64a mfd97=646,62c,645
        mfd98=646,62c,645 mfd99=646,62c,64a mfd9a=646,645,64a mfd9b=646,645,64a mfd9c=64a,645,645 mfd9d=64a,645,645
        mfd9e=628,62e,64a mfd9f=62a,62c,64a mfda0=62a,62c,64a mfda1=62a,62e,64a mfda2=62a,62e,64a mfda3=62a,645,64a
        mfda4=62a,645,64a mfda5=62c,645,64a mfda6=62c,62d,64a mfda7=62c,645,64a mfda8=633,62e,64a mfda9=635,62d,64a
        mfdaa=634,62d,64a mfdab=636,62d,64a mfdac=644,62c,64a mfdad=644,645,64a mfdae=64a,62d,64a mfdaf=64a,62c,64a
        mfdb0=64a,645,64a mfdb1=645,645,64a mfdb2=642,645,64a mfdb3=646,62d,64a mfdb4=642,645,62d mfdb5=644,62d,645
        mfdb6=639,645,64a mfdb7=643,645,64a mfdb8=646,62c,62d mfdb9=645,62e,64a mfdba=644,62c,645 mfdbb=643,645,645
        mfdbc=644,62c,645 mfdbd=646,62c,62d mfdbe=62c,62d,64a mfdbf=62d,62c,64a mfdc0=645,62c,64a mfdc1=641,645,64a
        mfdc2=628,62d,64a mfdc3=643,645,645 mfdc4=639,62c,645 mfdc5=635,645,645 mfdc6=633,62e,64a mfdc7=646,62c,64a
        mfdf0=635,644,64a mfdf1=642,644,64a mfdf2=627,644,644,647 mfdf3=627,643,628,631 mfdf4=645,62d,645,62f
        mfdf5=635,644,639,645 mfdf6=631,633,648,644 mfdf7=639,644,64a,647 mfdf8=648,633,644,645 mfdf9=635,644,64a
        mfdfc=631,64a,627,644 mfef5=644,627 mfef6=644,627 mfef7=644,627 mfef8=644,627 mfef9=644,627 mfefa=644,627
        mfefb=644,627 mfefc=644,627 m10783=61,65 m1109a=11099,110ba m1109c=1109b,110ba m110ab=110a5,110ba
        m1112e=11131,11127 m1112f=11132,11127 m1134b=11347,1133e m1134c=11347,11357 m114bb=114b9,114ba
        m114bc=114b9,114b0 m114be=114b9,114bd m115ba=115b8,115af m115bb=115b9,115af m11938=11935,11930
        m1d160=1d165,1d16e m1d161=1d165,1d16f m1d162=1d165,1d170 m1d163=1d165,1d171 m1d164=1d165,1d172
        m1d1bd=1d165,1d16e m1d1be=1d165,1d16e m1d1bf=1d165,1d16f m1d1c0=1d165,1d16f m1f12d=63,64 m1f12e=77,7a
        m1f14a=68,76 m1f14b=6d,76 m1f14c=73,64 m1f14d=73,73 m1f14e=70,70,76 m1f14f=77,63 m1f16a=6d,63 m1f16b=6d,64
        m1f16c=6d,72 m1f190=64,6a m1f200=307b,304b m1f201=3053,3053
        """
}
