#include "textflag.h"

// func sweepDownVector(first, upper *int32, dir *float64, label *[Lanes]float64, down *[Lanes]int32, places int)
//
// Z0 labels of the place in hand, Y1 its parents, eight lanes each.
TEXT ·sweepDownVector(SB), NOSPLIT, $0-48
	MOVQ first+0(FP), SI
	MOVQ upper+8(FP), DI
	MOVQ dir+16(FP), R8
	MOVQ label+24(FP), R9
	MOVQ down+32(FP), R10
	MOVQ places+40(FP), R11
	VPTERNLOGD $0xff, Y4, Y4, Y4 // all -1: no parent

place:
	SUBQ $1, R11
	JLT  done
	MOVLQSX (SI)(R11*4), AX  // edge
	MOVLQSX 4(SI)(R11*4), BX // end of edges
	MOVQ R11, CX
	SHLQ $6, CX
	VMOVUPD (R9)(CX*1), Z0
	VMOVDQA32 Y4, Y1
	CMPQ AX, BX
	JGE  store

edge:
	MOVLQSX (DI)(AX*4), DX
	SHLQ $6, DX
	MOVQ AX, R12
	SHLQ $4, R12
	VBROADCASTSD 8(R8)(R12*1), Z2
	VADDPD (R9)(DX*1), Z2, Z3
	VCMPPD $1, Z0, Z3, K1 // the sum is below the label
	VMINPD Z3, Z0, Z0
	VPBROADCASTD AX, K1, Y1
	ADDQ $1, AX
	CMPQ AX, BX
	JLT  edge

store:
	VMOVUPD Z0, (R9)(CX*1)
	MOVQ R11, CX
	SHLQ $5, CX
	VMOVDQU32 Y1, (R10)(CX*1)
	JMP place

done:
	VZEROUPPER
	RET

// func riseVector(place *int32, places int, first, upper *int32, dir *float64, label *[Lanes]float64, up *[Lanes]int32)
TEXT ·riseVector(SB), NOSPLIT, $0-56
	MOVQ place+0(FP), R13
	MOVQ places+8(FP), R14
	MOVQ first+16(FP), SI
	MOVQ upper+24(FP), DI
	MOVQ dir+32(FP), R8
	MOVQ label+40(FP), R9
	MOVQ up+48(FP), R10

place:
	SUBQ $1, R14
	JLT  done
	MOVLQSX (R13), R11
	ADDQ $4, R13
	MOVLQSX (SI)(R11*4), AX
	MOVLQSX 4(SI)(R11*4), BX
	SHLQ $6, R11
	VMOVUPD (R9)(R11*1), Z0
	CMPQ AX, BX
	JGE  place

edge:
	MOVLQSX (DI)(AX*4), DX
	MOVQ DX, CX
	SHLQ $6, DX
	SHLQ $5, CX
	MOVQ AX, R12
	SHLQ $4, R12
	VBROADCASTSD (R8)(R12*1), Z2
	VADDPD Z0, Z2, Z3
	VCMPPD $1, (R9)(DX*1), Z3, K1
	VMOVUPD Z3, K1, (R9)(DX*1)
	VPBROADCASTD AX, Y1
	VMOVDQU32 Y1, K1, (R10)(CX*1)
	ADDQ $1, AX
	CMPQ AX, BX
	JLT  edge
	JMP  place

done:
	VZEROUPPER
	RET

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() (low uint32)
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, low+0(FP)
	RET
